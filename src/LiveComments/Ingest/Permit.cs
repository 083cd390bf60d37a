namespace LiveComments.Ingest;

/// <summary>
/// What a request took from its author's limits. Its holder reports the outcome once, and this decides what is given back. The default permit, where nothing is limited, gives back nothing.
/// </summary>
public readonly struct Permit
{
    private readonly UserLimits.Person? _person;
    private readonly SlowTurn? _turn;
    private readonly long _cost;
    private readonly bool _isReaction;

    internal Permit(UserLimits.Person person, long cost, bool isReaction, SlowTurn? turn = null) => (_person, _cost, _isReaction, _turn) = (person, cost, isReaction, turn);

    /// <summary>It is stored.</summary>
    public void Stored() => _turn?.Spend();

    /// <summary>It was stored before, by an earlier try, which used the turn of slow mode.</summary>
    public void Repeated() => _turn?.Release();

    /// <summary>
    /// It is not stored, so it uses no turn of slow mode; and no token of the rate limit if the server is to blame. With <see cref="Error.OutcomeUnknown"/> it may be stored, and costs the
    /// same as if it were.
    /// </summary>
    public void Refused(Error error)
    {
        if (error == Error.OutcomeUnknown)
        {
            _turn?.Spend();
            return;
        }
        _turn?.Release();
        if (error.Status >= 500 && _person is { } person)
            (_isReaction ? ref person.Reactions : ref person.Comments).GiveBack(_cost);
    }
}
