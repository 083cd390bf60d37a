using LiveComments.Presence;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>
/// Who is here on all nodes. Each node keeps a field of its own in the hash of an event or a person, so that nodes never write over each other, and a set that names all of them, so that another
/// node can clear away what it left. While Redis is away, each node answers for itself.
/// </summary>
internal sealed class RedisPresence(RedisClient redis, NodeLease lease, LocalPresence local) : IPresence
{
    /// <summary>For what nobody clears away, because every node ended at once.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>How long the people of an event are counted after the last of them came.</summary>
    private static readonly TimeSpan Counted = TimeSpan.FromDays(7);

    public async ValueTask<bool> ReportAsync(PresenceReport report, CancellationToken ct)
    {
        await local.ReportAsync(report, ct);
        try
        {
            var (isKnown, lost) = await lease.RenewAsync();
            foreach (var node in lost)
                await ClearAsync(node, new HashSet<string>(StringComparer.Ordinal));
            // Redis was emptied, or others took this node for dead and cleared away what it had said.
            if (!isKnown && !report.IsWhole)
                return false;
            if (report.IsWhole)
                await ClearAsync(lease.Name, [.. report.Events.Keys.Select(Member), .. report.People.Keys.Select(Member)]);
            if (report.Events.Count + report.People.Count + report.Arrived.Count > 0)
                await redis.AskAsync(database => SayAsync(database, report));
            if (report is { IsWhole: true, Events.Count: 0, People.Count: 0 })
                await lease.ReturnAsync();
            return true;
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }

    public async ValueTask<EventPresence> OfEventAsync(EventId id, CancellationToken ct)
    {
        try
        {
            var (fields, unique) = await redis.AskAsync(async database =>
            {
                var batch = database.CreateBatch();
                var (nodes, people) = (batch.HashGetAllAsync(Key(Member(id))), batch.HyperLogLogLengthAsync(Viewers(id)));
                batch.Execute();
                return (await nodes, await people);
            });
            return EventPresence.Sum(fields.Where(field => lease.IsAlive(field.Name!)).Select(field => PresenceValue.Read(field.Value)), unique);
        }
        catch (RedisAwayException)
        {
            return await local.OfEventAsync(id, ct);
        }
    }

    public async ValueTask<PresenceState> OfPersonAsync(UserId user, CancellationToken ct)
    {
        try
        {
            var (fields, left) = await redis.AskAsync(async database =>
            {
                var batch = database.CreateBatch();
                var (nodes, gone) = (batch.HashGetAllAsync(Key(Member(user))), batch.KeyExistsAsync(Left(user)));
                batch.Execute();
                return (await nodes, await gone);
            });
            var states = fields.Where(field => lease.IsAlive(field.Name!)).Select(field => field.Value == "online" ? PresenceState.Online : PresenceState.Away).ToList();
            return states.Count > 0 ? states.Max() : left ? PresenceState.Away : PresenceState.Offline;
        }
        catch (RedisAwayException)
        {
            return await local.OfPersonAsync(user, ct);
        }
    }

    private async Task<bool> SayAsync(IDatabase database, PresenceReport report)
    {
        var batch = database.CreateBatch();
        var calls = new List<Task>();
        foreach (var (id, here) in report.Events)
            Set(batch, calls, Member(id), here.Online + here.Away > 0 ? PresenceValue.Write(here) : RedisValue.Null);
        foreach (var (user, state) in report.People)
        {
            Set(batch, calls, Member(user), state switch { PresenceState.Online => "online", PresenceState.Away => "away", _ => RedisValue.Null });
            if (state == PresenceState.Offline)
                calls.Add(batch.StringSetAsync(Left(user), 1, IPresence.AwayFor));
        }
        foreach (var arrived in report.Arrived.GroupBy(static one => one.Event, static one => (RedisValue)one.User.Value.ToByteArray()))
        {
            calls.Add(batch.HyperLogLogAddAsync(Viewers(arrived.Key), [.. arrived]));
            calls.Add(batch.KeyExpireAsync(Viewers(arrived.Key), Counted));
        }
        batch.Execute();
        await Task.WhenAll(calls);
        return true;
    }

    /// <param name="value">Null: this node sees nobody there any more.</param>
    private void Set(IBatch batch, List<Task> calls, string member, RedisValue value)
    {
        var key = Key(member);
        if (value.IsNull)
        {
            calls.Add(batch.HashDeleteAsync(key, lease.Name));
            calls.Add(batch.SetRemoveAsync(Said(lease.Name), member));
            return;
        }
        // First: what is not named here would never be cleared away.
        calls.Add(batch.SetAddAsync(Said(lease.Name), member));
        calls.Add(batch.KeyExpireAsync(Said(lease.Name), Forgotten));
        calls.Add(batch.HashSetAsync(key, lease.Name, value));
        calls.Add(batch.KeyExpireAsync(key, Forgotten));
    }

    /// <summary>Takes away what a node has said, but for what it says again.</summary>
    private async Task ClearAsync(string node, HashSet<string> kept)
    {
        foreach (var members in (await redis.AskAsync(database => database.SetMembersAsync(Said(node)))).Select(static member => member.ToString()).Where(member => !kept.Contains(member)).Chunk(1_000))
            await redis.AskAsync(async database =>
            {
                var batch = database.CreateBatch();
                var calls = new List<Task>();
                foreach (var member in members)
                {
                    calls.Add(batch.HashDeleteAsync(Key(member), node));
                    if (UserId.TryParse(member.AsSpan(member.IndexOf(':', StringComparison.Ordinal) + 1).ToString(), out var user) && member == Member(user))
                        calls.Add(batch.StringSetAsync(Left(user), 1, IPresence.AwayFor));
                    calls.Add(batch.SetRemoveAsync(Said(node), member));
                }
                batch.Execute();
                await Task.WhenAll(calls);
                return true;
            });
    }

    private static string Member(EventId id) => $"event:{id}";

    private static string Member(UserId user) => $"user:{user}";

    private RedisKey Key(string member) => $"{redis.Prefix}:presence:{member}";

    private RedisKey Left(UserId user) => $"{redis.Prefix}:left:{user}";

    private RedisKey Viewers(EventId id) => $"{redis.Prefix}:viewers:{id}";

    private RedisKey Said(string node) => $"{redis.Prefix}:said:{node}";
}
