using System.Text.Json.Serialization;

namespace LiveComments.Events;

/// <summary>Who may read an event. Numbers are stored.</summary>
public enum Visibility : byte
{
    [JsonStringEnumMemberName("public")]
    Public = 0,

    [JsonStringEnumMemberName("private")]
    Private = 1,
}
