using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth;

/// <summary>
/// Computes password hashes, few at a time: each takes a core for a tenth of a second. Whoever wants one enters first, and is
/// told at once when too many wait. The work runs on threads of its own, never on the pool that answers requests.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    // The hasher can tell users apart and does not: the type is of no matter.
    private readonly PasswordHasher<PasswordHashing> _hasher;
    private readonly SemaphoreSlim _places;
    private readonly int _limit;
    private readonly Lazy<string> _nobody;
    private int _entered;

    public PasswordHashing(IOptions<PasswordOptions> options)
    {
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.Iterations }));
        _places = new(options.Value.Concurrent);
        _limit = options.Value.Concurrent * (1 + options.Value.Waiting);
        _nobody = new(() => _hasher.HashPassword(this, "nobody"));
    }

    /// <summary>Waits for a place to hash in; null at once when as many wait as may.</summary>
    public async ValueTask<Place?> TryEnterAsync(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _entered) > _limit)
        {
            Interlocked.Decrement(ref _entered);
            return null;
        }
        try
        {
            await _places.WaitAsync(ct);
        }
        catch
        {
            Interlocked.Decrement(ref _entered);
            throw;
        }
        return new Place(this);
    }

    public void Dispose() => _places.Dispose();

    private void Leave()
    {
        Interlocked.Decrement(ref _entered);
        _places.Release();
    }

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

        public void Dispose() => hashing.Leave();

        /// <summary>The same for everybody who types the same. U+FFFE, which is no character and which no keyboard has, cannot be normalized.</summary>
        private static string Normalized(string password) => password.Replace('\uFFFE', '\uFFFD').Normalize();

        // A thread costs a thousandth of the hash it is for.
        private static Task<T> OnOwnThread<T>(Func<T> work) =>
            Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }
}
