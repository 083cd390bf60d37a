using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using LiveComments.Ingest;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Auth;

/// <summary>Limits log-ins and registrations by address: an IPv4 address, or the /64 that one customer of an IPv6 provider gets.</summary>
internal sealed class SignInLimits : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _signIns;
    private readonly PartitionedRateLimiter<IPAddress> _registrations;
    private readonly bool _enabled;

    public SignInLimits(IOptions<LimitsOptions> options)
    {
        _enabled = options.Value.Enabled;
        _signIns = Limiter(options.Value.SignInsPerMinute, TimeSpan.FromMinutes(1));
        _registrations = Limiter(options.Value.RegistrationsPerHour, TimeSpan.FromHours(1));
    }

    /// <summary>Null when it may.</summary>
    public Refusal? SignIn(HttpContext context) => Take(_signIns, context);

    /// <inheritdoc cref="SignIn"/>
    public Refusal? Register(HttpContext context) => Take(_registrations, context);

    public void Dispose()
    {
        _signIns.Dispose();
        _registrations.Dispose();
    }

    private Refusal? Take(PartitionedRateLimiter<IPAddress> limiter, HttpContext context)
    {
        if (!_enabled)
            return null;
        using var lease = limiter.AttemptAcquire(Network(context.Connection.RemoteIpAddress));
        if (lease.IsAcquired)
            return null;
        return new Refusal(Error.RateLimited, RetryAfter: lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null);
    }

    private static PartitionedRateLimiter<IPAddress> Limiter(int permits, TimeSpan period) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = permits,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = period / permits,
            QueueLimit = 0,
        }));

    private static IPAddress Network(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
