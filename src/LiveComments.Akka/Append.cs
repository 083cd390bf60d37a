using Akka.Actor;
using LiveComments.Akka.Messages;
using LiveComments.Log;

namespace LiveComments.Akka;

/// <summary>One append that an event's actor has under way, for everybody whose drafts are in it.</summary>
internal sealed class Append(IReadOnlyList<Asked<Place>> asked)
{
    private bool _isAnswered;

    public IReadOnlyList<EntryDraft> Drafts { get; } = asked.Count == 1 ? asked[0].Message.Drafts : [.. asked.SelectMany(one => one.Message.Drafts)];

    /// <summary>One for each draft, once the store has answered; null before, and when it did not place them.</summary>
    public IReadOnlyList<AppendResult>? Results { get; set; }

    /// <summary>Why the store did not place them; null otherwise.</summary>
    public Error? Refusal { get; set; }

    /// <summary>A failure that is not the store's to have.</summary>
    public Exception? Fault { get; set; }

    public bool HasEnded => Results is not null || Refusal is not null || Fault is not null;

    /// <summary>Answers everybody who waits, once.</summary>
    public void Answer()
    {
        if (_isAnswered)
            return;
        _isAnswered = true;
        var first = 0;
        foreach (var one in asked)
        {
            var count = one.Message.Drafts.Count;
            one.By.Tell(Results is null ? Placed.Refused(count, Refusal ?? Error.OutcomeUnknown) : new Placed(asked.Count == 1 ? Results : [.. Results.Skip(first).Take(count)]));
            first += count;
        }
    }
}
