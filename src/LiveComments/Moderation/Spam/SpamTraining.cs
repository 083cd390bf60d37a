using LiveComments.Text;

namespace LiveComments.Moderation.Spam;

/// <summary>Makes a <see cref="SpamModel"/> of examples. The same examples in the same order make the same model.</summary>
public static class SpamTraining
{
    /// <summary>How often each example is seen. More changes nothing any more.</summary>
    private const int Rounds = 60;

    /// <summary>How strongly weights are drawn to what they are without examples, for each example seen (L2).</summary>
    private const double Regularisation = 1e-5;

    private const double FirstStep = 0.5, StepDecay = 0.3, BiasStep = 0.3;

    /// <summary>Stochastic gradient descent for a logistic regression, with an L2 penalty on the distance from the signs' prior weights that is made up for when a feature occurs.</summary>
    public static SpamModel Train(IReadOnlyList<LabelledComment> comments)
    {
        var examples = comments.Select(Example.Of).ToArray();
        var prior = new double[SpamFeatures.Count];
        for (var i = 0; i < SpamSign.All.Count; i++)
            prior[SpamFeatures.FirstSign + i] = SpamSign.All[i].Prior;
        var (weights, bias) = (prior.ToArray(), 0.0);
        var seenAt = new int[weights.Length];
        var (now, random) = (0, 12_345u);
        for (var round = 0; round < Rounds; round++)
        {
            Shuffle(examples, ref random);
            var step = FirstStep / (1 + (round * StepDecay));
            foreach (var example in examples)
            {
                now++;
                var sum = bias;
                for (var i = 0; i < example.Places.Length; i++)
                    sum += weights[example.Places[i]] * example.Values[i];
                var gradient = step * example.Weight * ((1 / (1 + Math.Exp(-sum))) - example.Label);
                for (var i = 0; i < example.Places.Length; i++)
                {
                    var place = example.Places[i];
                    weights[place] = prior[place] + ((weights[place] - prior[place]) / (1 + (Regularisation * step * (now - seenAt[place])))) - (gradient * example.Values[i]);
                    seenAt[place] = now;
                }
                bias -= gradient * BiasStep;
            }
        }
        return SpamModel.Of(bias, weights);
    }

    /// <summary>Fisher-Yates with a generator of our own, so that every version of the runtime makes the same order.</summary>
    private static void Shuffle(Example[] examples, ref uint random)
    {
        for (var i = examples.Length - 1; i > 0; i--)
        {
            random = (random * 1_664_525) + 1_013_904_223;
            var other = (int)(((ulong)random * (ulong)(i + 1)) >> 32);
            (examples[i], examples[other]) = (examples[other], examples[i]);
        }
    }

    private sealed record Example(int[] Places, float[] Values, double Label, double Weight)
    {
        public static Example Of(LabelledComment comment)
        {
            using var folded = FoldedText.Of(comment.Text);
            using var features = SpamFeatures.Of(comment.Text, folded);
            return new Example(features.Places.ToArray(), features.Values.ToArray(), comment.IsSpam ? 1 : 0, comment.Weight);
        }
    }
}
