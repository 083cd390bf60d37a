namespace LiveComments.Ingest;

/// <summary>What a request took from the rate limits of its author and their address. The default permit, where nothing is limited, gives back nothing.</summary>
public readonly struct Permit
{
    private readonly UserLimits.Writer? _person, _address, _network;
    private readonly long _cost, _costOfAddress, _costOfNetwork;
    private readonly bool _isReaction;

    internal Permit(UserLimits.Writer person, long cost, bool isReaction) => (_person, _cost, _isReaction) = (person, cost, isReaction);

    private Permit(in Permit ofPerson, UserLimits.Writer? address, long costOfAddress, UserLimits.Writer? network, long costOfNetwork)
    {
        this = ofPerson;
        (_address, _costOfAddress, _network, _costOfNetwork) = (address, costOfAddress, network, costOfNetwork);
    }

    /// <summary>
    /// It is not stored, which costs nothing if the server is to blame. With <see cref="Error.OutcomeUnknown"/> it may be stored, and costs the same as if it were.
    /// </summary>
    public void Refused(Error error)
    {
        if (error.Status >= 500 && error != Error.OutcomeUnknown)
            GiveBack();
    }

    /// <summary>The same, with what it took of an address and its network; null where it took nothing of the network.</summary>
    internal Permit With(UserLimits.Writer address, long costOfAddress, UserLimits.Writer? network = null, long costOfNetwork = 0) => new(this, address, costOfAddress, network, costOfNetwork);

    /// <summary>Gives back all that it took.</summary>
    internal void GiveBack()
    {
        if (_isReaction)
            _person?.Reactions.GiveBack(_cost);
        else
            _person?.Comments.GiveBack(_cost);
        _address?.Comments.GiveBack(_costOfAddress);
        _network?.Comments.GiveBack(_costOfNetwork);
    }
}
