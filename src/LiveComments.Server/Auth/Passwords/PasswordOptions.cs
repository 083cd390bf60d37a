using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>Passwords: section <c>LiveComments:Passwords</c>.</summary>
internal sealed class PasswordOptions
{
    /// <summary>
    /// Rounds of PBKDF2 with HMAC-SHA-512. 210,000 is OWASP's advice and takes about 0.1 s; hashes made with fewer are made again at
    /// the next log-in.
    /// </summary>
    [Range(10_000, 10_000_000)]
    public int Iterations { get; set; } = 210_000;

    /// <summary>Hashes computed at once. Half the cores, so that a flood of log-ins leaves the other half to the streams.</summary>
    [Range(1, 1_024)]
    public int Concurrent { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Strangers who may wait for a hash, for each one computed, and as many again of people who logged in on the same device before: at 0.1 s each the last is answered
    /// within a second. A newcomer whose address had fewer hashes lately takes the place of another.
    /// </summary>
    [Range(0, 64)]
    public int Waiting { get; set; } = 4;
}
