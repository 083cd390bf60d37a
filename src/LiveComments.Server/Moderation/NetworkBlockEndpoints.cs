using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Moderation;
using LiveComments.Server.Http;
using LiveComments.Viewers;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation;

/// <summary>Networks from which nobody is served: by administrators, for all events. Moderators of an event do not see addresses; their form of it is a ban that includes the network.</summary>
internal sealed class NetworkBlockEndpoints(IAbuseStore store, NetworkWatch watch, ModerationControl control, EventFeeds feeds, IAccountStore accounts, TimeProvider time)
{
    /// <summary>Ten years.</summary>
    private const long MaxSeconds = 10L * 365 * 24 * 60 * 60;

    /// <summary>127.0.0.0/8 and ::1.</summary>
    private static readonly AddressBlock[] Loopback = [Parse("127.0.0.0/8"), Parse("::1")];

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        if (!context.Caller()!.IsAdministrator)
            return Refused();
        var found = await store.BlocksAsync(time.GetUtcNow(), ct);
        var people = await accounts.ProfilesAsync(found.Select(block => (UserId?)block.By), ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var block in found)
                Write(json, block, people);
            json.WriteEndArray();
        });
    }

    public async Task<IResult> AddAsync(HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (!caller.IsAdministrator)
            return Refused();
        var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.NetworkBlockBody, ct);
        if (body is null)
            return fault!;
        if (Read(body, context.Connection.RemoteIpAddress, out var network, out var reason) is { } wrong)
            return Problem.Of(Error.InvalidRequest, wrong);
        var (streams, signedIn) = Within(network);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var block = new NetworkBlock(Guid.CreateVersion7(now), network, body.Seconds is { } seconds ? now.AddSeconds(seconds) : null, reason, caller.UserId, now);
        if (!body.DryRun)
        {
            if (!await store.BlockAsync(block, ct))
                return Problem.Of(Error.StateConflict, $"There are {NetworkBlock.Most} blocks already; a firewall takes more.");
            // From here on, a caller who hangs up must not leave half of it.
            await watch.ChangedAsync(CancellationToken.None);
            await control.NoteAsync(caller.UserId, null, DecisionAction.BlockNetwork, Said(block));
        }
        var people = await accounts.ProfilesAsync([caller.UserId], ct);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            if (!body.DryRun)
            {
                json.WritePropertyName("block"u8);
                Write(json, block, people);
            }
            json.WriteNumber("openStreams"u8, streams);
            json.WriteNumber("signedIn"u8, signedIn);
            json.WriteEndObject();
        }, body.DryRun ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    public async Task<IResult> RemoveAsync(string blockID, HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (!caller.IsAdministrator)
            return Refused();
        if (!Guid.TryParseExact(blockID, "D", out var id) || await store.UnblockAsync(id, ct) is not { } ended)
            return Problem.Of(Error.NotFound, "There is no block of this id; it may have ended.");
        await watch.ChangedAsync(CancellationToken.None);
        await control.NoteAsync(caller.UserId, null, DecisionAction.UnblockNetwork, Said(ended));
        return Results.NoContent();
    }

    private static IResult Refused() => Problem.Of(Error.Forbidden, "Only administrators see and block networks.");

    /// <summary>What is wrong with a body; null with the network.</summary>
    /// <param name="own">The caller's own address.</param>
    private static string? Read(NetworkBlockBody body, IPAddress? own, out AddressBlock network, out string? reason)
    {
        reason = null;
        if (!AddressBlock.TryParse(body.Network, out network))
            return "network is an address or a network such as 203.0.113.0/24 or 2001:db8::/32.";
        if (network.IsIPv4 ? network.Length - 96 < NetworkBlock.ShortestIPv4 : network.Length < NetworkBlock.ShortestIPv6)
            return $"A network has a prefix of at least /{NetworkBlock.ShortestIPv4} (IPv4) or /{NetworkBlock.ShortestIPv6} (IPv6).";
        if (IsOfThisMachine(network))
            return "This machine's own addresses cannot be blocked: whoever operates it must always get in.";
        if (own is not null && network.Contains(AddressBlock.Exact(own)))
            return "Your own address is in this network; you would cut yourself off.";
        if (body.Seconds is < 1 or > MaxSeconds)
            return $"seconds is from 1 to {MaxSeconds}, or left out for a block that is taken back by hand.";
        return body.Reason is not null && CommentText.Normalize(body.Reason, out reason) is not null ? "reason is a text of 1-500 characters without control characters." : null;
    }

    private static AddressBlock Parse(string text) => AddressBlock.TryParse(text, out var block) ? block : throw new FormatException(text);

    private static bool IsOfThisMachine(AddressBlock network) => Loopback.Any(machine => machine.Contains(network) || network.Contains(machine));

    /// <summary>Who would be cut off on this node.</summary>
    private (int Streams, int SignedIn) Within(AddressBlock network)
    {
        var open = feeds.FanOut.Connections.All.Where(connection => connection.Address is { } address && network.Contains(AddressBlock.Exact(address))).ToList();
        return (open.Count, open.Select(connection => connection.Caller?.UserId).OfType<UserId>().Distinct().Count());
    }

    /// <summary>For the audit log.</summary>
    private static string Said(NetworkBlock block) =>
        block.Network + (block.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "") + (block.Reason is { } reason ? $": {reason}" : "");

    private static void Write(Utf8JsonWriter json, NetworkBlock block, IReadOnlyDictionary<UserId, Profile> people)
    {
        json.WriteStartObject();
        json.WriteString("blockID"u8, block.Id);
        json.WriteString("network"u8, block.Network.ToString());
        if (block.Until is { } until)
            CommentJson.WriteTime(json, "until"u8, until);
        if (block.Reason is { } reason)
            json.WriteString("reason"u8, reason);
        ModerationJson.Person(json, "by"u8, block.By, people);
        CommentJson.WriteTime(json, "timestamp"u8, block.At);
        json.WriteEndObject();
    }
}
