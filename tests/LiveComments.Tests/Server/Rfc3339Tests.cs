using LiveComments.Server.Http;

namespace LiveComments.Tests.Server;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-01-31T20:00:00Z", "2026-01-31T20:00:00.0000000")]
    [InlineData("2026-01-31T20:00:00.1Z", "2026-01-31T20:00:00.1000000")]
    [InlineData("2026-01-31T20:00:00.1234567Z", "2026-01-31T20:00:00.1234567")]
    [InlineData("2026-01-31T20:00:00.123456789Z", "2026-01-31T20:00:00.1234567")]
    [InlineData("2026-01-31T20:00:00.999999999999999999Z", "2026-01-31T20:00:00.9999999")]
    [InlineData("2026-01-31t20:00:00z", "2026-01-31T20:00:00.0000000")]
    [InlineData("2026-01-31T21:30:00.123456789+01:30", "2026-01-31T20:00:00.1234567")]
    [InlineData("2026-01-31T21:30:00 01:30", "2026-01-31T20:00:00.0000000")]
    [InlineData("2026-01-31T15:00:00-05:00", "2026-01-31T20:00:00.0000000")]
    [InlineData("2026-01-31T20:00:00-00:00", "2026-01-31T20:00:00.0000000")]
    // A leap second is the 59th again, as the clocks of machines show it.
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.0000000")]
    [InlineData("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.5000000")]
    [InlineData("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59.0000000")]
    public void A_time_is_read(string text, string utc)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(utc, time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff"));
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T20:00Z")]
    [InlineData("2026-01-31T20:00:00")]
    [InlineData("2026-01-31 20:00:00Z")]
    [InlineData("2026-01-31T20:00:00.Z")]
    [InlineData("2026-01-31T20:00:00,5Z")]
    [InlineData("2026-01-31T20:00:00.12x4Z")]
    [InlineData("2026-01-31T20:00:00.123456789012345678901234567890Z")]
    [InlineData("2026-01-31T20:00:00+25:00")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-02-30T20:00:00Z")]
    [InlineData("2026-01-31T20:60:00Z")]
    [InlineData("2026-01-31T20:00:61Z")]
    // Leap seconds end a month in UTC.
    [InlineData("2016-12-31T20:00:60Z")]
    [InlineData("2016-12-30T23:59:60Z")]
    [InlineData("2016-12-31T23:59:60+01:00")]
    [InlineData("٢٠٢٦-٠١-٣١T٢٠:٠٠:٠٠Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    public void What_is_no_time_is_refused(string? text) => Assert.False(Rfc3339.TryParse(text, out _));
}
