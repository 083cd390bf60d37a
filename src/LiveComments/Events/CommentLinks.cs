using System.Text.Json.Serialization;

namespace LiveComments.Events;

/// <summary>Whose comments have their http and https addresses shown as links. Numbers are stored.</summary>
public enum CommentLinks : byte
{
    [JsonStringEnumMemberName("off")]
    Off = 0,

    [JsonStringEnumMemberName("moderators")]
    Moderators = 1,

    [JsonStringEnumMemberName("everybody")]
    Everybody = 2,
}
