using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Computes password hashes, few at a time, because each takes a core for a tenth of a second. Callers enter first and are refused soon when too many wait; <see cref="HashingQueue"/>
/// decides whose turn it is. The work runs on its own threads, never on the pool that answers requests.
/// </summary>
internal sealed class PasswordHashing
{
    // The hasher ignores the user, so the type does not matter.
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

        /// <param name="hash">Null without an account: fails after the same time.</param>
        public Task<PasswordVerificationResult> VerifyAsync(string? hash, string password) => OnOwnThread(() =>
        {
            var result = hashing._hasher.VerifyHashedPassword(hashing, hash ?? hashing._nobody.Value, Normalized(password));
            return hash is null ? PasswordVerificationResult.Failed : result;
        });

        public void Dispose() => hashing._turns.Leave();

        /// <summary>Normalized, so that the same typing gives the same password. U+FFFE is not a character, no keyboard has it, and it cannot be normalized.</summary>
        private static string Normalized(string password) => password.Replace('\uFFFE', '\uFFFD').Normalize();

        // Starting a thread costs a thousandth of the hash.
        private static Task<T> OnOwnThread<T>(Func<T> work) =>
            Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }
}
