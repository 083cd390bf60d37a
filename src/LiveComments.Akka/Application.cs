using Akka.Actor;
using LiveComments.Akka.Messages;
using LiveComments.Reactions;

namespace LiveComments.Akka;

/// <summary>Reactions that an event's actor has under way to the store, for everybody whose drafts are among them.</summary>
internal sealed class Application(IReadOnlyList<Asked<React>> asked)
{
    private bool _isAnswered;

    public IReadOnlyList<ReactionDraft> Drafts { get; } = asked.Count == 1 ? asked[0].Message.Drafts : [.. asked.SelectMany(one => one.Message.Drafts)];

    /// <inheritdoc cref="Append.Results"/>
    public IReadOnlyList<ReactionResult>? Results { get; set; }

    /// <inheritdoc cref="Append.Refusal"/>
    public Error? Refusal { get; set; }

    /// <inheritdoc cref="Append.Fault"/>
    public Exception? Fault { get; set; }

    /// <summary>Answers everybody who waits, once.</summary>
    public void Answer()
    {
        if (_isAnswered)
            return;
        _isAnswered = true;
        var first = 0;
        foreach (var one in asked)
        {
            var count = one.Message.Drafts.Count;
            one.By.Tell(Results is null ? Reacted.Refused(count, Refusal ?? Error.OutcomeUnknown) : new Reacted(asked.Count == 1 ? Results : [.. Results.Skip(first).Take(count)]));
            first += count;
        }
    }
}
