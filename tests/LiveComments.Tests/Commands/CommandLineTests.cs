using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_names_every_command_and_how_settings_are_given()
    {
        var (exitCode, output, _) = await ServerProcess.RunAsync("--help");
        Assert.Equal(0, exitCode);
        Assert.All(["serve", "token", "export", "backup", "restore", "--data", "--urls", "--LiveComments:Section:Key=value"], word => Assert.Contains(word, output));
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        var (exitCode, output, _) = await ServerProcess.RunAsync("--version");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", output);
    }

    [Theory]
    [InlineData("--ulrs=http://127.0.0.1:0", "Did you mean --urls?")]
    [InlineData("sevre", "Did you mean serve?")]
    [InlineData("--LiveComments:Sqlite:Readers", "Section:Key=value")]
    [InlineData("--LiveComment:Sqlite:Readers=2", "Section:Key=value")]
    [InlineData("--urls=here", "http://host:port")]
    [InlineData("--urls=ftp://127.0.0.1:0", "http://")]
    [InlineData("--urls=http://127.0.0.1:65536", "65535")]
    [InlineData("--urls=http://127.0.0.1:0/path", "path")]
    [InlineData("--urls=;", "--urls")]
    [InlineData("--LiveComments:Sqlite:Readers=many", "LiveComments:Sqlite:Readers")]
    [InlineData("--LiveComments:Limit:Enabled=false", "LiveComments:Limit:Enabled is not a setting. Did you mean LiveComments:Limits:Enabled?")]
    // A bare number is days.
    [InlineData("--LiveComments:Stream:Patience=1", "Patience")]
    [InlineData("--LiveComments:Stream:AuthWithin=10", "AuthWithin")]
    [InlineData("--LiveComments:Stream:DrainWithin=30", "DrainWithin")]
    [InlineData("--LiveComments:Stream:ReconnectSpread=10", "ReconnectSpread")]
    [InlineData("--LiveComments:Sqlite:Timeout=1", "Timeout")]
    [InlineData("--LiveComments:Rooms:MaxWait=1", "MaxWait")]
    [InlineData("--LiveComments:Rooms:IdleClose=60", "IdleClose")]
    [InlineData("--LiveComments:Feeds:Tick=30", "Tick")]
    [InlineData("--LiveComments:Feeds:ReactionTick=250", "ReactionTick")]
    [InlineData("--LiveComments:Feeds:ViewersTick=2", "ViewersTick")]
    [InlineData("--LiveComments:Feeds:SlowAfter=10", "SlowAfter")]
    [InlineData("--LiveComments:Feeds:CloseWithin=3", "CloseWithin")]
    [InlineData("--LiveComments:Feeds:PingEvery=20", "PingEvery")]
    [InlineData("--LiveComments:Feeds:SilentAfter=43", "SilentAfter")]
    [InlineData("--LiveComments:Issuers:1:Audiense=us", "Did you mean LiveComments:Issuers:1:Audience?")]
    public async Task A_bad_argument_is_refused_with_a_hint(string argument, string hint)
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await ServerProcess.RunAsync("--data", folder.At("data"), argument);
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("running", output);
        Assert.Contains(hint, error);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public async Task Every_invalid_setting_is_named_at_once()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, error) = await ServerProcess.RunAsync(
            "--data", folder.At("data"), "--LiveComments:Sqlite:Readers=0", "--LiveComments:Sqlite:GroupCommit=0");
        Assert.Equal(2, exitCode);
        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("Readers", error);
        Assert.Contains("GroupCommit", error);
    }
}
