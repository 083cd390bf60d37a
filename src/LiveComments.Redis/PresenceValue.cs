using System.Buffers.Binary;
using LiveComments.Presence;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>What one node says of one event: a version, two counts, and 17 bytes for each person.</summary>
internal static class PresenceValue
{
    private const byte Version = 1;

    private const int Head = 9, Person = 17;

    public static RedisValue Write(EventPresence presence)
    {
        var bytes = new byte[Head + presence.People.Count * Person];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), presence.Online);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), presence.Away);
        var rest = bytes.AsSpan(Head);
        foreach (var (user, state) in presence.People)
        {
            rest[0] = (byte)state;
            user.Value.TryWriteBytes(rest[1..]);
            rest = rest[Person..];
        }
        return bytes;
    }

    /// <summary>Nobody, where a newer program wrote it or somebody else did.</summary>
    public static EventPresence Read(RedisValue value)
    {
        ReadOnlySpan<byte> bytes = (byte[]?)value;
        if (bytes.Length < Head || bytes[0] != Version || (bytes.Length - Head) % Person != 0)
            return EventPresence.None;
        var people = new List<PersonHere>();
        for (var rest = bytes[Head..]; rest.Length > 0; rest = rest[Person..])
            people.Add(new PersonHere(new UserId(new Guid(rest[1..Person])), rest[0] == (byte)PresenceState.Online ? PresenceState.Online : PresenceState.Away));
        return new EventPresence(Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(bytes[1..])), Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(bytes[5..])), people);
    }
}
