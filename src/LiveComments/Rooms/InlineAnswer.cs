namespace LiveComments.Rooms;

/// <summary>Whether this thread is lent to somebody who was given an answer: its room goes on only when that returns.</summary>
internal static class InlineAnswer
{
    [ThreadStatic]
    private static bool _given;

    public static bool IsGiven
    {
        get => _given;
        set => _given = value;
    }
}
