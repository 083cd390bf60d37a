using System.Buffers.Binary;
using System.CommandLine;
using LiveComments.Accounts;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.Tokens;

namespace LiveComments.Server.Commands;

/// <summary><c>token</c>: prints tokens that the server on a data folder accepts, whether or not it runs.</summary>
internal static class TokenCommand
{
    public static void AddTo(RootCommand root, CommandLine line)
    {
        Option<UserId?> user = new("--user")
        {
            Description = "The user's UUID; with --count the first of consecutive ones. Random when left out.",
            CustomParser = argument => Id(argument, UserId.TryParse(argument.Tokens[0].Value, out var id), id),
        };
        Option<Role> role = new("--role")
        {
            Description = "administrator, moderator or viewer.",
            DefaultValueFactory = _ => Role.Viewer,
            CustomParser = argument =>
            {
                if (Roles.Parse(argument.Tokens[0].Value) is { } known)
                    return known;
                argument.AddError("--role is administrator, moderator or viewer.");
                return default;
            },
        };
        Option<EventId?> liveEvent = new("--event")
        {
            Description = "The UUID of the one event a moderator moderates; every event when left out.",
            CustomParser = argument => Id(argument, EventId.TryParse(argument.Tokens[0].Value, out var id), id),
        };
        Option<int> count = new("--count") { Description = "How many tokens.", DefaultValueFactory = _ => 1 };
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000_000)
                result.AddError("--count is from 1 to 10,000,000.");
        });
        Option<TimeSpan> lifetime = new("--lifetime") { Description = "How long they are valid, as days.hours:minutes:seconds.", DefaultValueFactory = _ => TimeSpan.FromHours(24) };
        lifetime.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() is var span && (span < TimeSpan.FromSeconds(1) || span > TimeSpan.FromDays(3650)))
                result.AddError("--lifetime is from one second to ten years.");
        });
        Command command = new("token", "Prints access tokens, one a line; also beside a running server.") { user, role, liveEvent, count, lifetime };
        command.Validators.Add(result =>
        {
            // Uses the words, because reading the value of a wrong option throws.
            if (result.GetResult(liveEvent) is { Implicit: false } && result.GetResult(role)?.Tokens is not [{ Value: "moderator" }])
                result.AddError("--event goes with --role moderator.");
        });
        command.SetAction(async (result, ct) =>
        {
            var folder = line.Folder(result);
            folder.MustBeWhole();
            folder.MustBeOwn();
            if (folder.HoldsStore && !folder.HasDatabase)
                // Keys without a database would look like a lost database.
                await line.Open(result).DisposeAsync();
            await line.UseKeysAsync(result, keys =>
            {
                var issuer = new TokenIssuer(keys, TimeProvider.System);
                using var output = new StreamWriter(Console.OpenStandardOutput());
                for (var i = 0; i < result.GetValue(count); i++)
                {
                    var id = result.GetValue(user) is { } first ? Plus(first, i) : new UserId(Guid.NewGuid());
                    output.WriteLine(issuer.Issue(id, result.GetValue(role), result.GetValue(liveEvent), null, result.GetValue(lifetime)).Token);
                }
                return Task.CompletedTask;
            }, ct);
        });
        root.Subcommands.Add(command);
    }

    /// <summary>The id that comes so many after another, as a number of 128 bits.</summary>
    private static UserId Plus(UserId id, int steps)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(bytes) + (UInt128)steps);
        return new UserId(new Guid(bytes, bigEndian: true));
    }

    private static T? Id<T>(System.CommandLine.Parsing.ArgumentResult argument, bool valid, T id) where T : struct
    {
        if (valid)
            return id;
        argument.AddError($"{argument.Tokens[0].Value} is not a UUID.");
        return null;
    }
}
