using System.Text.Json.Serialization;

namespace LiveComments.Reactions;

/// <summary>The reactions that one person may give to one comment. Numbers are stored: never change them.</summary>
public enum ReactionType : byte
{
    [JsonStringEnumMemberName("like")]
    Like = 1,

    [JsonStringEnumMemberName("love")]
    Love = 2,

    [JsonStringEnumMemberName("haha")]
    Haha = 3,

    [JsonStringEnumMemberName("wow")]
    Wow = 4,

    [JsonStringEnumMemberName("sad")]
    Sad = 5,

    [JsonStringEnumMemberName("angry")]
    Angry = 6,
}
