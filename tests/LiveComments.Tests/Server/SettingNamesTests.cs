using LiveComments.Configuration;
using LiveComments.Server.Startup;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server;

/// <summary>Names of settings, on the sections that the server registers.</summary>
public sealed class SettingNamesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly OptionsSection[] _sections = [.. shared.Server.Services.GetServices<OptionsSection>()];

    [Theory]
    [InlineData("LiveComments:Limit:Enabled", "LiveComments:Limits:Enabled")]
    [InlineData("LiveComments:Limits:Enable", "LiveComments:Limits:Enabled")]
    [InlineData("LiveComments:limits:commentspersec", "LiveComments:Limits:CommentsPerSecond")]
    [InlineData("LiveComments:Limits", null)]
    [InlineData("LiveComments:Limits:Enabled:0", "LiveComments:Limits:Enabled")]
    [InlineData("LiveComments:Enabled", null)]
    [InlineData("LiveComments:Dat", "LiveComments:Data")]
    [InlineData("LiveComments:Proxy:Trusted", "LiveComments:Proxy:Trusted:0")]
    [InlineData("LiveComments:Proxy:Trust:1", "LiveComments:Proxy:Trusted:1")]
    [InlineData("LiveComments:Issuers:0", null)]
    [InlineData("LiveComments:Issuers:3:Authorty", "LiveComments:Issuers:3:Authority")]
    [InlineData("LiveComments:Issuers:0:Name", null)]
    [InlineData("LiveComments:SignIn:0:ClientSecrets", "LiveComments:SignIn:0:ClientSecret")]
    [InlineData("LiveComments:Something:Else:Altogether", null)]
    public void An_unknown_setting_is_refused_with_the_nearest_that_is_known(string name, string? nearest)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Check((name, "x")));
        var fault = Assert.Single(refused.Failures);
        Assert.StartsWith($"{name} is not a setting. ", fault, StringComparison.Ordinal);
        if (nearest is not null)
            Assert.EndsWith($" Did you mean {nearest}?", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LiveComments:Limits:Enabled")]
    [InlineData("livecomments:LIMITS:enabled")]
    [InlineData("LiveComments:Data")]
    [InlineData("LiveComments:Proxy:Trusted:0")]
    [InlineData("LiveComments:Proxy:Trusted:17")]
    [InlineData("LiveComments:Issuers:0:Audience")]
    [InlineData("LiveComments:Issuers:1:RoleClaim")]
    [InlineData("LiveComments:SignIn:0:ClientSecret")]
    [InlineData("LiveComments")]
    [InlineData("Logging:LogLevel:Anything")]
    [InlineData("LiveCommentsElsewhere:Limit")]
    public void A_setting_that_something_reads_is_taken(string name) => Check((name, "x"));

    [Fact]
    public void Every_unknown_setting_is_named_whatever_it_was_read_from()
    {
        Environment.SetEnvironmentVariable("SETTINGNAMES_LiveComments__Limit__Enabled", "false");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonStream(new MemoryStream("""{"LiveComments":{"Feed":{"Tick":"00:00:01"},"Proxy":{"Trusted":[]},"Issuers":[],"Origins":{"Allowed":["https://example.org"]},"Pages":{}}}"""u8.ToArray()))
                .AddEnvironmentVariables("SETTINGNAMES_").AddCommandLine(["--LiveComments:Room:Mailbox=5"]).Build();
            var refused = Assert.Throws<OptionsValidationException>(() => SettingNames.Check(configuration, _sections));
            Assert.Equal(["LiveComments:Feed:Tick", "LiveComments:Limit:Enabled", "LiveComments:Room:Mailbox"], refused.Failures.Select(fault => fault.Split(' ')[0]));
        }
        finally
        {
            Environment.SetEnvironmentVariable("SETTINGNAMES_LiveComments__Limit__Enabled", null);
        }
    }

    [Fact]
    public void Every_option_is_known_under_its_own_name()
    {
        var keys = _sections.SelectMany(section => section.Keys()).Select(key => key.Key.Replace(OptionsSection.Any, "0", StringComparison.Ordinal)).ToList();
        Assert.True(keys.Count > 50, $"{keys.Count} options");
        Check([.. keys.Select(key => (key, "x"))]);
    }

    private void Check(params (string Name, string Value)[] settings) => SettingNames.Check(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build(), _sections);
}
