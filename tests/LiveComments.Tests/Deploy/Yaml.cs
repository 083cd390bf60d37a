using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace LiveComments.Tests.Deploy;

/// <summary>YAML files as JSON: anchors and merges are resolved, and every scalar is a string.</summary>
internal static class Yaml
{
    /// <summary>Every document of a file of the repository.</summary>
    public static IReadOnlyList<JsonNode> Read(params string[] path)
    {
        using var text = File.OpenText(Path.Combine([Repository.Root, .. path]));
        var parser = new MergingParser(new Parser(text));
        var (reader, writer) = (new DeserializerBuilder().Build(), new SerializerBuilder().JsonCompatible().Build());
        var documents = new List<JsonNode>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
            documents.Add(JsonNode.Parse(writer.Serialize(reader.Deserialize(parser)!))!);
        return documents;
    }
}
