using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;

namespace LiveComments.Tests.Commands;

public sealed partial class LocaleTests
{
    [Theory]
    [InlineData("th_TH.UTF-8")]
    [InlineData("ar_SA.UTF-8")]
    [InlineData("fa_IR.UTF-8")]
    [InlineData("tr_TR.UTF-8")]
    [InlineData("de_DE.UTF-8")]
    public async Task What_the_program_writes_is_the_same_in_every_locale(string locale)
    {
        using var folder = new TemporaryFolder();
        string[] inLocale = ["env", $"LC_ALL={locale}"];
        string csv;
        await using (var server = await ServerProcess.StartUnderAsync(inLocale, folder.Path, "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"))
        {
            var (exitCode, token, error) = await ServerProcess.RunUnderAsync(inLocale, "token", "--role", "administrator", "--data", folder.Path);
            Assert.True(exitCode == 0, error);
            using var client = new HttpClient { BaseAddress = server.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token.Trim()) } };
            var created = await client.CallAsync("POST", "/events", """{"title":"Final","eventType":"sports","startTime":"2030-01-31T20:00:00.5Z","videoID":"final"}""", HttpStatusCode.Created);
            Assert.Equal("2030-01-31T20:00:00.500Z", created.Text("startTime"));
            await client.CallAsync("POST", "/events/final/start");
            await client.CallAsync("POST", "/live/final/comments", """{"commentText":"I I i"}""", HttpStatusCode.Created);
            AssertNow((await client.CallAsync("GET", "/live/final/comments")).GetRawText(), 1);
            PrometheusTextReader.Read(await client.GetStringAsync("/metrics"), openMetrics: false);

            (exitCode, csv, error) = await ServerProcess.RunUnderAsync(inLocale, "export", "--event", "final", "--format", "csv", "--data", folder.Path);
            Assert.True(exitCode == 0, error);
            Assert.Equal(0, await server.StopAsync());
            AssertNow(server.Output, 1);
        }
        AssertNow(csv, 1);
        var (refused, _, message) = await ServerProcess.RunUnderAsync(inLocale, "--data", folder.Path, "--LiveComments:Limits:CommentsPerSecond=1,5");
        Assert.Equal(2, refused);
        Assert.Contains("CommentsPerSecond", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_ICU_the_program_says_what_it_needs_and_does_nothing()
    {
        using var folder = new TemporaryFolder();
        foreach (var command in (string[])["serve", "token"])
        {
            var (exitCode, output, error) = await ServerProcess.RunUnderAsync(["env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"], command, "--data", folder.At("data"));
            Assert.Equal(2, exitCode);
            Assert.Empty(output);
            Assert.Contains("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(folder.At("data")));
    }

    /// <summary>Every time in a text is about now, in the digits and the calendar of RFC 3339.</summary>
    private static void AssertNow(string text, int atLeast)
    {
        var times = Time().Matches(text);
        Assert.True(times.Count >= atLeast, text);
        Assert.All(times, time => Assert.InRange(int.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture), DateTime.UtcNow.Year - 1, DateTime.UtcNow.Year + 1));
        Assert.DoesNotContain(text, digit => char.IsDigit(digit) && !char.IsAsciiDigit(digit));
    }

    [GeneratedRegex(@"(\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")]
    private static partial Regex Time();
}
