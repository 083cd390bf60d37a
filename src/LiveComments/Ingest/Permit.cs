namespace LiveComments.Ingest;

/// <summary>What a request took from its author's rate limit. The default permit, where nothing is limited, gives back nothing.</summary>
public readonly struct Permit
{
    private readonly UserLimits.Person? _person;
    private readonly long _cost;
    private readonly bool _isReaction;

    internal Permit(UserLimits.Person person, long cost, bool isReaction) => (_person, _cost, _isReaction) = (person, cost, isReaction);

    /// <summary>
    /// It is not stored, which costs nothing if the server is to blame. With <see cref="Error.OutcomeUnknown"/> it may be stored, and costs the same as if it were.
    /// </summary>
    public void Refused(Error error)
    {
        if (error.Status >= 500 && error != Error.OutcomeUnknown && _person is { } person)
            (_isReaction ? ref person.Reactions : ref person.Comments).GiveBack(_cost);
    }
}
