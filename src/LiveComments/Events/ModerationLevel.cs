namespace LiveComments.Events;

/// <summary>How strictly what people write in an event is judged. The documents name the middle one only. Numbers are stored: never change them.</summary>
public enum ModerationLevel : byte
{
    Relaxed = 0,
    Standard = 1,
    Strict = 2,
}
