namespace LiveComments.Events;

/// <summary>How strictly what people write in an event is judged. The documents name the middle one only. Numbers are stored: never change them, and never compare them.</summary>
public enum ModerationLevel : byte
{
    Relaxed = 0,
    Standard = 1,
    Strict = 2,

    /// <summary>Nothing is judged.</summary>
    Off = 3,
}
