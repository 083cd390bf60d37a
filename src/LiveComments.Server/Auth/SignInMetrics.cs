using System.Diagnostics.Metrics;
using LiveComments.Server.Auth.SignIn;
using LiveComments.Telemetry;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth;

/// <summary>Counts sign-ins with providers by outcome.</summary>
internal sealed class SignInMetrics
{
    private readonly Counter<long> _signIns;

    public SignInMetrics(IMeterFactory meters, IOptions<SignInOptions> options)
    {
        _signIns = meters.LiveComments().CreateCounter<long>("livecomments.external_sign_ins", "{sign-in}", "Sign-ins with an OpenID Connect provider that came back from it, by provider and outcome.");
        foreach (var provider in options.Value.SignIn)
            foreach (var outcome in Enum.GetValues<SignInOutcome>())
                _signIns.Add(0, new("provider", provider.Id), new("outcome", Word(outcome)));
    }

    public void Count(string provider, SignInOutcome outcome) => _signIns.Add(1, new("provider", provider), new("outcome", Word(outcome)));

    /// <summary>The outcome as the page and the metrics write it: <c>signed-in</c>.</summary>
    public static string Word(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.SignedIn => "signed-in",
        SignInOutcome.HasPassword => "has-password",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
