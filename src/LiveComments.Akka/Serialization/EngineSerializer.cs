using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using LiveComments.Akka.Messages;
using LiveComments.Serialization;

namespace LiveComments.Akka.Serialization;

/// <summary>
/// The engine's messages between nodes, in a form of their own: small, fast, and readable by the versions before and after. A message that cannot be read is lost, which every receiver must
/// bear anyway.
/// </summary>
internal sealed class EngineSerializer(ExtendedActorSystem system, EngineMetrics metrics) : SerializerWithStringManifest(system)
{
    private static readonly Dictionary<Type, MessageFormat> ByType = MessageFormat.All.ToDictionary(format => format.Type);
    private static readonly Dictionary<string, MessageFormat> ByManifest = MessageFormat.All.ToDictionary(format => format.Manifest, StringComparer.Ordinal);

    /// <summary>On the wire: never change it. Akka keeps the numbers up to 40 for itself.</summary>
    public override int Identifier => 7_301;

    public override string Manifest(object o) => FormatOf(o).Manifest;

    public override byte[] ToBinary(object obj)
    {
        var format = FormatOf(obj);
        // One announcement goes to every node that watches, and mostly is the larger part of what is sent.
        var bytes = (obj as Announce)?.Encoded;
        if (bytes is null)
        {
            var writer = new MessageWriter();
            format.Encode(writer, obj);
            bytes = writer.ToArray();
            if (obj is Announce announce)
                announce.Encoded = bytes;
        }
        metrics.Sent(format.Manifest, bytes.Length);
        return bytes;
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!ByManifest.TryGetValue(manifest, out var format))
            throw new SerializationException($"A newer node sent a message of the kind '{manifest}', which this program does not know.");
        var reader = new MessageReader(bytes);
        return format.Decode(ref reader);
    }

    private static MessageFormat FormatOf(object message) =>
        ByType.GetValueOrDefault(message.GetType()) ?? throw new SerializationException($"{message.GetType().Name} stays on its node.");
}
