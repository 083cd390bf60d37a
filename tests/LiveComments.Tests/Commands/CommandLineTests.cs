using LiveComments.Server.Commands;
using LiveComments.Server.Startup;
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
    // A bare number is days.
    [InlineData("--LiveComments:Stream:Patience=1", "Patience")]
    [InlineData("--LiveComments:Stream:DrainWithin=10", "DrainWithin")]
    [InlineData("--LiveComments:Stream:DrainWithin=30", "DrainWithin")]
    [InlineData("--LiveComments:Stream:ReconnectSpread=10", "ReconnectSpread")]
    [InlineData("--LiveComments:Sqlite:Timeout=1", "Timeout")]
    [InlineData("--LiveComments:Engine:MaxWait=1", "MaxWait")]
    [InlineData("--LiveComments:Feeds:IdleClose=60", "IdleClose")]
    [InlineData("--LiveComments:Feeds:Tick=30", "Tick")]
    [InlineData("--LiveComments:Feeds:ReactionTick=250", "ReactionTick")]
    [InlineData("--LiveComments:Feeds:ViewersTick=2", "ViewersTick")]
    [InlineData("--LiveComments:Feeds:SlowAfter=10", "SlowAfter")]
    [InlineData("--LiveComments:Feeds:CloseWithin=3", "CloseWithin")]
    [InlineData("--LiveComments:Feeds:PingEvery=20", "PingEvery")]
    [InlineData("--LiveComments:Feeds:SilentAfter=43", "SilentAfter")]
    [InlineData("--LiveComments:Stream:Patience=00:00:01", "more than the 2 s in which every request is promised an answer")]
    [InlineData("--LiveComments:Sqlite:Timeout=00:00:02", "LiveComments:Stream:Patience")]
    [InlineData("--LiveComments:Requests:Timeout=00:00:03", "promised an answer within 2 s. Lower it.")]
    [InlineData("--LiveComments:Limit:Enabled=false", "LiveComments:Limit:Enabled is not a setting. Did you mean LiveComments:Limits:Enabled?")]
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

    [Theory]
    [InlineData("--data", "")]
    [InlineData("--LiveComments:Data=")]
    [InlineData("backup", "")]
    [InlineData("restore", "")]
    [InlineData("export", "--event", "show", "--out", "")]
    public async Task A_path_that_is_empty_is_refused(params string[] arguments)
    {
        var (exitCode, _, error) = await ServerProcess.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains("is empty", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("--Kestrel:Certificates:Default:Subject=nobody.invalid", "--Kestrel:Certificates:Default:Store=My")]
    [InlineData("--Kestrel:Certificates:Default:Path=/dev/null", "--Kestrel:Certificates:Default:KeyPath=/dev/null")]
    public async Task Https_without_a_certificate_is_refused_with_the_way_to_give_one(params string[] certificate)
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await ServerProcess.RunAsync(["--data", folder.At("data"), "--urls", "https://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", .. certificate]);
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("running", output);
        Assert.Contains("--Kestrel:Certificates:Default:Path=", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void A_store_that_fails_is_a_failure_and_an_unknown_outcome_is_to_be_tried_again()
    {
        var (failed, unknown) = (new StoreUnavailableException("The disk is full."), new StoreUnavailableException("The store hangs.", outcomeUnknown: true));
        Assert.Equal((CommandLine.Failed, CommandLine.Failed, CommandLine.Refused), (CommandLine.ExitCode(failed), CommandLine.ExitCode(unknown), CommandLine.ExitCode(new CommandException("No."))));
        Assert.Equal(["The disk is full."], CommandLine.Explain(failed));
        Assert.Equal(["The store hangs. It is not known whether it was done: run the command again, which does no harm."], CommandLine.Explain(unknown));
    }

    [Fact]
    public async Task Every_invalid_setting_is_named_at_once()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, error) = await ServerProcess.RunAsync(
            "--data", folder.At("data"), "--LiveComments:Sqlite:Readers=0", "--LiveComments:Sqlite:Timeout=0");
        Assert.Equal(2, exitCode);
        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("Readers", error);
        Assert.Contains("Timeout", error);
    }
}
