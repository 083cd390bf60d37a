using LiveComments.Analytics;
using LiveComments.Events;

namespace LiveComments.Tests.Analytics;

public sealed class KeptSettingTests
{
    [Theory]
    [InlineData("{}", Kept.All)]
    [InlineData("""{"sink":"x"}""", Kept.All)]
    [InlineData("""{"off":false}""", Kept.All)]
    [InlineData("""{"off":true}""", Kept.Nothing)]
    [InlineData("""{"off":["words","viewers","unheard of",7]}""", Kept.All & ~Kept.Words & ~Kept.Viewers)]
    [InlineData("""{"off":["platforms","latency","refusals","comments"]}""", Kept.Words | Kept.Viewers | Kept.Countries)]
    [InlineData("""{"off":["countries"],"shared":true}""", Kept.All & ~Kept.Countries)]
    public void The_analytics_configuration_says_what_is_kept(string config, Kept kept)
    {
        var now = DateTimeOffset.UnixEpoch;
        Assert.Equal(kept, KeptSetting.Of(new LiveEvent(default, null, "Title", null, "news", EventStatus.Live, now, false, null, "UTC", EventSettings.Default, default, now, now) { AnalyticsConfig = config }));
    }
}
