using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Moderation;

namespace LiveComments.Tests.Moderation;

public sealed class PromotionScorerTests
{
    [Theory]
    [InlineData("GOAL GOAL GOAL")]
    [InlineData("LETS GOOOO 🔥🔥🔥")]
    [InlineData("what a save, please do that again")]
    [InlineData("my channel points")]
    [InlineData("https://example.org/clip")]
    public void What_people_write_in_a_chat_is_admitted(string text) => Assert.Null(Decision.Of(PromotionScorer.Of(text), ModerationLevel.Standard, Role.Viewer));

    [Theory]
    [InlineData("Check out my channel and subscribe please")]
    [InlineData("SUBSCRIBE to my channel https://youtube.com/@somebody")]
    [InlineData("check out this website to earn money: http://example.org/")]
    public void Advertising_is_refused_except_from_moderators_and_where_nothing_is_judged(string text)
    {
        var score = PromotionScorer.Of(text);
        Assert.NotEmpty(score.Reasons!);
        Assert.Equal(Error.TextRefused, Decision.Of(score, ModerationLevel.Standard, Role.Viewer));
        Assert.Null(Decision.Of(score, ModerationLevel.Standard, Role.Moderator));
        Assert.Null(Decision.Of(score, ModerationLevel.Off, Role.Viewer));
    }

    [Fact]
    public void A_stricter_level_refuses_from_a_lower_score()
    {
        Assert.True(Decision.RefusedFrom(ModerationLevel.Strict) < Decision.RefusedFrom(ModerationLevel.Standard));
        Assert.True(Decision.RefusedFrom(ModerationLevel.Standard) < Decision.RefusedFrom(ModerationLevel.Relaxed));
    }
}
