using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Computes password hashes, few at a time: each takes a core for a tenth of a second. Whoever wants one enters first, and is
/// told soon when too many wait; <see cref="HashingQueue"/> says whose turn it is. The work runs on threads of its own, never on the pool that answers requests.
/// </summary>
internal sealed class PasswordHashing
{
    // The hasher can tell users apart and does not: the type is of no matter.
    private readonly PasswordHasher<PasswordHashing> _hasher;
    private readonly HashingQueue _turns;
    private readonly Lazy<string> _nobody;

    public PasswordHashing(IOptions<PasswordOptions> options, TimeProvider time)
    {
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.Iterations }));
        _turns = new(options.Value.Concurrent, options.Value.Concurrent * options.Value.Waiting, time);
        _nobody = new(() => _hasher.HashPassword(this, "nobody"));
    }

    /// <summary>Waits for a place to hash in, for a second at most; null when others come first.</summary>
    public async ValueTask<Place?> TryEnterAsync(SignInSource source, CancellationToken ct) => await _turns.TryEnterAsync(source, ct) ? new Place(this) : null;

    /// <summary>The right to compute one hash at a time, until it is disposed of.</summary>
    public sealed class Place(PasswordHashing hashing) : IDisposable
    {
        public Task<string> HashAsync(string password) => OnOwnThread(() => hashing._hasher.HashPassword(hashing, Normalized(password)));

        /// <param name="hash">Null for nobody's: fails after the same time.</param>
        public Task<PasswordVerificationResult> VerifyAsync(string? hash, string password) => OnOwnThread(() =>
        {
            var result = hashing._hasher.VerifyHashedPassword(hashing, hash ?? hashing._nobody.Value, Normalized(password));
            return hash is null ? PasswordVerificationResult.Failed : result;
        });

        public void Dispose() => hashing._turns.Leave();

        /// <summary>The same for everybody who types the same. U+FFFE, which is no character and which no keyboard has, cannot be normalized.</summary>
        private static string Normalized(string password) => password.Replace('\uFFFE', '\uFFFD').Normalize();

        // A thread costs a thousandth of the hash it is for.
        private static Task<T> OnOwnThread<T>(Func<T> work) =>
            Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }
}
