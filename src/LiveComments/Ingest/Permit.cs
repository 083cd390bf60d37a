namespace LiveComments.Ingest;

/// <summary>
/// What a person's limits gave for one thing they asked for. Whoever holds it says once what became of it, and that decides what is given back: this is the
/// one place that knows. The default permit, where nothing is limited, gives back nothing.
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

    /// <summary>It was stored before, by another try: that one paid with a turn of slow mode.</summary>
    public void Repeated() => _turn?.Release();

    /// <summary>
    /// It is not stored, so it takes no turn of slow mode; and no token of a rate either where the server is to blame. What may be stored all the same
    /// (<see cref="Error.OutcomeUnknown"/>) costs what it would if it were.
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
