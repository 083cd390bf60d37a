using Microsoft.Extensions.Time.Testing;

namespace LiveComments.Tests;

/// <summary>A clock that stands still at an evening of 2026 until a test moves it. Timers fire on the thread that moves it.</summary>
internal class FakeTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public FakeTime()
        : this(new DateTimeOffset(2026, 1, 31, 20, 0, 0, TimeSpan.Zero))
    {
    }
}
