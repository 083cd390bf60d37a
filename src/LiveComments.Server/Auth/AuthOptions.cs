using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server.Auth;

/// <summary>Log-ins: section <c>LiveComments:Auth</c>.</summary>
internal sealed class AuthOptions
{
    /// <summary>
    /// How long an access token is valid. It is what a stolen one is worth, and how late another node learns of a log-out, against
    /// one refresh per person and period.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a log-in lasts after its last refresh: people who come back within it need no password.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "365.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether anybody may register. Off where people come from an external issuer only.</summary>
    public bool Registration { get; set; } = true;
}
