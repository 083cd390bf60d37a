using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Moderation;
using LiveComments.Moderation.Spam;
using LiveComments.Text;

namespace LiveComments.Tests.Moderation;

public sealed class SpamModelTests
{
    private static readonly LabelledComment[] Examples =
    [
        new("buy cheap watches at my shop", true), new("cheap watches here", true), new("the best watches are cheap at my shop", true),
        new("what a goal", false), new("that was so close", false), new("the keeper is the best", false),
    ];

    [Theory]
    [InlineData("GOAL GOAL GOAL")]
    [InlineData("GOOOOOOOOAAAALLLL!!!!!!")]
    [InlineData("LETS GOOOO 🔥🔥🔥")]
    [InlineData("W W W W W W W W")]
    [InlineData("what a save, please do that again")]
    [InlineData("my channel points")]
    [InlineData("hahahahahahahahaha")]
    [InlineData("who is that?")]
    [InlineData("2:19 is the best part")]
    [InlineData("hello from Lisbon")]
    [InlineData("I can't believe he missed that")]
    [InlineData("this song reminds me of my childhood")]
    [InlineData("the video is lagging for me, anyone else?")]
    public void What_people_write_in_a_chat_is_admitted(string text) => Assert.Equal(Verdict.Admit, Judged(text));

    [Theory]
    [InlineData("Check out my channel and subscribe please")]
    [InlineData("SUBSCRIBE to my channel https://youtube.com/@somebody")]
    [InlineData("check out this website to earn money: http://example.org/")]
    [InlineData("сheck оut mу сhannel")]
    [InlineData("S U B S C R I B E to my ch4nnel for a giveaway, check it out")]
    [InlineData("Hey guys, I make music, listen to my new song on my page")]
    [InlineData("sub4sub anyone? I subscribe back")]
    [InlineData("Make $500 per day from home, click www.example.com")]
    [InlineData("please follow me on instagram and like my new video")]
    [InlineData("join us and win a free gift card http://example.net/ref=1234")]
    public void Advertising_is_held_or_refused_with_reasons(string text)
    {
        Assert.NotEqual(Verdict.Admit, Judged(text));
        Assert.NotEmpty(TextScorer.Of(text).Reasons!);
    }

    [Fact]
    public void A_model_learns_from_examples_and_names_the_words_it_learned()
    {
        var model = SpamTraining.Train(Examples);
        Assert.True(Score(model, "cheap watches for you").Value > 0.5);
        Assert.True(Score(model, "what a close goal").Value < 0.5);
        Assert.Equal(["has words of advertising: cheap / watches"], Score(model, "cheap watches").Reasons);
    }

    [Fact]
    public void The_same_examples_make_the_same_model_which_reads_back()
    {
        var bytes = Bytes(SpamTraining.Train(Examples));
        Assert.Equal(bytes, Bytes(SpamTraining.Train(Examples)));
        Assert.Equal(bytes, Bytes(SpamModel.Read(new MemoryStream(bytes))));
    }

    [Fact]
    public void What_is_not_a_model_is_refused()
    {
        var bytes = Bytes(SpamTraining.Train(Examples));
        Assert.Throws<InvalidDataException>(() => SpamModel.Read(new MemoryStream(bytes[..^1])));
        Assert.Throws<InvalidDataException>(() => SpamModel.Read(new MemoryStream([.. bytes, 0])));
        Assert.Throws<InvalidDataException>(() => SpamModel.Read(new MemoryStream([0, .. bytes[1..]])));
    }

    private static Verdict Judged(string text) => Decision.Of(TextScorer.Of(text), ModerationLevel.Standard, Role.Viewer);

    private static Score Score(SpamModel model, string text)
    {
        using var folded = FoldedText.Of(text);
        return model.Judge(text, folded);
    }

    private static byte[] Bytes(SpamModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return stream.ToArray();
    }
}
