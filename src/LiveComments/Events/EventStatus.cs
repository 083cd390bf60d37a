using System.Text.Json.Serialization;

namespace LiveComments.Events;

/// <summary>The status of an event. Numbers are stored.</summary>
public enum EventStatus : byte
{
    [JsonStringEnumMemberName("scheduled")]
    Scheduled = 0,

    [JsonStringEnumMemberName("live")]
    Live = 1,

    [JsonStringEnumMemberName("ended")]
    Ended = 2,
}
