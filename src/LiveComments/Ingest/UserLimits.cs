using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using LiveComments.Accounts;
using LiveComments.Caching;
using LiveComments.Events;
using LiveComments.Viewers;
using Microsoft.Extensions.Options;

namespace LiveComments.Ingest;

/// <summary>
/// The rate limits of each person, and of all people of one address or network together. Those of comments hold for all nodes that share their limits. Those of reactions hold for each node: a person has one reaction to a comment, so
/// that more of them from more nodes count no more.
/// </summary>
public sealed class UserLimits(IOptions<LimitsOptions> options, TimeProvider time, LimitSharing? sharing = null)
{
    /// <summary>Addresses and networks that are remembered. At about 200 bytes each, 13 MB; one that is forgotten may begin anew, and its network is still limited.</summary>
    private const int Addresses = 65_536;

    /// <summary>A network may do as much as so many addresses, as with streams.</summary>
    private const int AddressesOfNetwork = 5;

    private readonly LimitsOptions _limits = options.Value;
    private readonly long _commentCost = TokenBucket.Cost(time, options.Value.CommentsPerSecond);
    private readonly long _reactionCost = TokenBucket.Cost(time, options.Value.ReactionsPerSecond);
    private readonly ConcurrentDictionary<UserId, Writer> _people = new();
    private readonly BoundedCache<AddressBlock, Writer> _shared = new(Addresses);
    private readonly Lock _adding = new();
    private int _sweeping;

    /// <summary>Null with a permit when the person may store something as costly as a comment; otherwise how long to wait.</summary>
    public Refusal? TakeComment(UserId user, out Permit permit) => TakeComment(user, null, out permit, out _);

    /// <summary>Null with a permit when the person may write a comment, and so may their address and its network; otherwise how long to wait.</summary>
    /// <param name="address">Null when it is not known.</param>
    /// <param name="isShared">Whether it is the limit of the address or its network that is reached.</param>
    public Refusal? TakeComment(UserId user, IPAddress? address, out Permit permit, out bool isShared)
    {
        (permit, isShared) = (default, false);
        if (!_limits.Enabled)
            return null;
        var (now, person) = (time.GetTimestamp(), Of(user));
        if (person.Comments.Take(time, now, _limits.CommentsPerSecond, _limits.CommentBurst) is { } wait)
            return new Refusal(Error.RateLimited, wait);
        permit = new Permit(person, _commentCost, isReaction: false);
        if (address is null)
            return null;
        var (people, peopleOfNetwork) = (_limits.WritersPerAddress, _limits.WritersPerAddress * AddressesOfNetwork);
        var (own, network) = (Of(AddressBlock.Address(address), 'a'), Of(AddressBlock.Network(address), 'n'));
        var longer = own.Comments.Take(time, now, _limits.CommentsPerSecond * people, _limits.CommentBurst * people);
        if (longer is null)
        {
            permit = permit.With(own, _commentCost / people);
            longer = network.Comments.Take(time, now, _limits.CommentsPerSecond * peopleOfNetwork, _limits.CommentBurst * peopleOfNetwork);
        }
        if (longer is null)
        {
            permit = permit.With(own, _commentCost / people, network, _commentCost / peopleOfNetwork);
            return null;
        }
        permit.GiveBack();
        (permit, isShared) = (default, true);
        return new Refusal(Error.RateLimited, longer);
    }

    /// <summary>The time between two comments of somebody in one event: zero without slow mode, null for those whom nothing limits. The event's actor sees to it.</summary>
    /// <param name="role">Their role in the event; slow mode is for viewers.</param>
    public TimeSpan? PaceOf(Role role, EventSettings settings) => _limits.Enabled && role == Role.Viewer ? settings.Pace() : null;

    /// <summary>Null with a permit when the person may give or take back another reaction; otherwise how long to wait.</summary>
    public Refusal? TakeReaction(UserId user, out Permit permit)
    {
        permit = default;
        if (!_limits.Enabled)
            return null;
        var person = Of(user);
        if (person.Reactions.Take(time, time.GetTimestamp(), _limits.ReactionsPerSecond, _limits.ReactionBurst) is { } wait)
            return new Refusal(Error.RateLimited, wait);
        permit = new Permit(person, _reactionCost, isReaction: true);
        return null;
    }

    private Writer Of(UserId user)
    {
        if (_people.TryGetValue(user, out var person))
            return person;
        if (_people.Count >= _limits.Remembered)
            Forget();
        return _people.GetOrAdd(user, static (user, sharing) => new Writer(new SharedBucket('u', BinaryPrimitives.ReadUInt128BigEndian(user.Value.ToByteArray(bigEndian: true)), sharing)), sharing);
    }

    private Writer Of(AddressBlock block, char kind)
    {
        if (_shared.TryGet(block, out var shared))
            return shared;
        lock (_adding)
        {
            if (!_shared.TryGet(block, out shared))
                _shared.Set(block, shared = new Writer(new SharedBucket(kind, block.First, sharing)), _shared.Stamp);
            return shared;
        }
    }

    /// <summary>Drops full buckets, which say no more than missing ones. When none is full, drops all: bounded memory matters more than an exact limit.</summary>
    private void Forget()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;
        var now = time.GetTimestamp();
        foreach (var (user, person) in _people)
            if (person.Comments.IsFull(now) && person.Reactions.IsFull(now))
                _people.TryRemove(user, out _);
        if (_people.Count >= _limits.Remembered)
            _people.Clear();
        Volatile.Write(ref _sweeping, 0);
    }

    /// <summary>The recent activity of one person, or of all of one address.</summary>
    internal sealed class Writer(SharedBucket comments)
    {
        public SharedBucket Comments => comments;

        public TokenBucket Reactions;
    }
}
