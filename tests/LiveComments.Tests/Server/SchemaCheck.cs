using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LiveComments.Tests.Server;

/// <summary>Checks values against the schemas of the OpenAPI document: the parts of JSON Schema that it uses, and no others.</summary>
internal sealed class SchemaCheck(JsonNode document)
{
    /// <summary>What is wrong with a value; null when it is of the schema.</summary>
    public string? Fault(JsonNode? value, JsonNode schema, string at = "$")
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            return Fault(value, reference.Split('/').Skip(1).Aggregate(document, (node, name) => node[name]!), at);
        if (schema["allOf"] is JsonArray all)
            return all.Select(one => Fault(value, one!, at)).FirstOrDefault(fault => fault is not null);
        if (schema["oneOf"] is JsonArray choices)
        {
            var faults = choices.Select(choice => Fault(value, choice!, at)).ToList();
            return faults.Count(fault => fault is null) == 1 ? null : $"{at} is of {faults.Count(fault => fault is null)} of the choices: {string.Join("; ", faults.OfType<string>())}";
        }
        if (schema["const"] is { } constant && !JsonNode.DeepEquals(value, constant))
            return $"{at} is not {constant}";
        if (schema["enum"] is JsonArray values && !values.Any(known => JsonNode.DeepEquals(known, value)))
            return $"{at} is {value?.ToJsonString()}, none of {values.ToJsonString()}";
        if (schema["type"] is { } type && !(type is JsonArray types ? types.Select(one => one!.GetValue<string>()) : [type.GetValue<string>()]).Any(one => one == TypeOf(value) || (one == "number" && TypeOf(value) == "integer")))
            return $"{at} is {TypeOf(value)}, not {type.ToJsonString()}";
        return value switch
        {
            JsonObject item => ObjectFault(item, schema, at),
            JsonArray items when schema["items"] is { } each => items.Select((item, i) => Fault(item, each, $"{at}[{i}]")).FirstOrDefault(fault => fault is not null),
            JsonValue text when TypeOf(text) == "string" => TextFault(text.GetValue<string>(), schema, at),
            _ => null,
        };
    }

    private string? ObjectFault(JsonObject item, JsonNode schema, string at)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
            if (!item.ContainsKey(name!.GetValue<string>()))
                return $"{at} has no {name}";
        foreach (var (name, member) in item)
        {
            if (schema["properties"]?[name] is { } known)
            {
                if (Fault(member, known, $"{at}.{name}") is { } fault)
                    return fault;
            }
            else if (schema["additionalProperties"]?.GetValue<bool>() == false)
                return $"{at}.{name} is not in the schema";
        }
        return null;
    }

    private static string? TextFault(string text, JsonNode schema, string at)
    {
        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern))
            return $"{at} does not match {pattern}";
        return schema["format"]?.GetValue<string>() switch
        {
            "uuid" when !Guid.TryParseExact(text, "D", out _) => $"{at} is no UUID",
            "date-time" when !DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => $"{at} is no time in UTC with milliseconds: {text}",
            _ => null,
        };
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.AsValue().TryGetValue<long>(out _) ? "integer" : "number",
        _ => "boolean",
    };
}
