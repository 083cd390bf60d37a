using System.Net;
using LiveComments.Caching;
using LiveComments.Ingest;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;
using LiveComments.Viewers;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth;

/// <summary>
/// Limits log-ins, guests, registrations and uploads of pictures by address: an IPv4 address, or the /64 that one customer of an IPv6 provider gets. A request that did nothing gets back what it took.
/// </summary>
internal sealed class SignInLimits(IOptions<LimitsOptions> options, TimeProvider time, LimitSharing sharing)
{
    private readonly Addresses _signIns = new(options.Value.SignInsPerMinute, TimeSpan.FromMinutes(1), 's', time, sharing);
    private readonly Addresses _guests = new(options.Value.GuestsPerHour, TimeSpan.FromHours(1), 'g', time, sharing);
    private readonly Addresses _registrations = new(options.Value.RegistrationsPerHour, TimeSpan.FromHours(1), 'r', time, sharing);

    /// <summary>
    /// Of an address in an hour: few people change theirs more often, and a hostile one takes a third of a second of a core.
    /// </summary>
    private const int PicturesPerHour = 60;

    private readonly Addresses _pictures = new(PicturesPerHour, TimeSpan.FromHours(1), 'p', time, sharing);

    /// <summary>Null when it may.</summary>
    public Refusal? SignIn(HttpContext context) => Take(_signIns, context);

    /// <inheritdoc cref="SignIn"/>
    public Refusal? Register(HttpContext context) => Take(_registrations, context);

    /// <inheritdoc cref="SignIn"/>
    public Refusal? Guest(HttpContext context) => Take(_guests, context);

    /// <inheritdoc cref="SignIn"/>
    public Refusal? Picture(HttpContext context) => Take(_pictures, context);

    /// <summary>For a successful answer although nothing was done.</summary>
    public void GiveBackSignIn(HttpContext context)
    {
        if (options.Value.Enabled)
            _signIns.GiveBack(SignInSource.Network(context));
    }

    private Refusal? Take(Addresses limit, HttpContext context)
    {
        if (!options.Value.Enabled)
            return null;
        var address = SignInSource.Network(context);
        if (limit.Take(address) is { } wait)
            return new Refusal(Error.RateLimited, RetryAfter: wait);
        context.WhenNothingIsDone(() => limit.GiveBack(address));
        return null;
    }

    /// <summary>One limit, for each address.</summary>
    private sealed class Addresses(int permits, TimeSpan period, char kind, TimeProvider time, LimitSharing sharing)
    {
        /// <summary>Addresses that are remembered. At about 200 bytes each, 13 MB; one that is forgotten may begin anew.</summary>
        private const int Capacity = 65_536;

        private readonly Lock _adding = new();
        private readonly BoundedCache<IPAddress, SharedBucket> _buckets = new(Capacity);
        private readonly double _perSecond = permits / period.TotalSeconds;

        public TimeSpan? Take(IPAddress address) => Of(address).Take(time, time.GetTimestamp(), _perSecond, permits);

        public void GiveBack(IPAddress address) => Of(address).GiveBack(TokenBucket.Cost(time, _perSecond));

        private SharedBucket Of(IPAddress address)
        {
            if (_buckets.TryGet(address, out var bucket))
                return bucket;
            lock (_adding)
            {
                if (!_buckets.TryGet(address, out bucket))
                    _buckets.Set(address, bucket = new SharedBucket(kind, AddressBlock.Exact(address).First, sharing), _buckets.Stamp);
                return bucket;
            }
        }
    }
}
