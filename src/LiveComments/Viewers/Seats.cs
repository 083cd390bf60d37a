namespace LiveComments.Viewers;

/// <summary>
/// The seats of an event that admits a limited number of viewers, on this node. Strangers cannot take them from people who are expected:
/// moderators and administrators need no seat, and a participant is refused only when as many participants are watching.
/// </summary>
/// <remarks>
/// Strangers are told apart by their addresses alone: accounts are free. While seats are free, one address may take as many as it likes, because a school or an office is often one address.
/// When all seats are taken, an address that holds more than a quarter of them yields its latest seat to a newcomer from another address that holds less than a quarter. One stranger may
/// therefore fill an event, but keeps nobody out. A fixed share would instead refuse a class of thirty its own event.
/// </remarks>
public sealed class Seats
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, List<Seat>> _strangers = [];

    // Addresses with more than a quarter of the seats, at most three unless the limit was lowered. A full event need not search all addresses for each newcomer.
    private readonly HashSet<AddressBlock> _large = [];
    private int _share = int.MaxValue;
    private int _strangersSeated;
    private int _admittedSeated;

    /// <summary>Takes a seat, or changes it for one of another kind; false when there is none, and then the viewer has no seat any more.</summary>
    /// <param name="most">As many viewers as the event admits; null for any number.</param>
    public bool TryTake(Seat seat, SeatClaim claim, int? most)
    {
        Seat? displaced = null;
        lock (_lock)
        {
            Leave(seat);
            ShareOf(most);
            switch (claim)
            {
                case SeatClaim.Admitted when _admittedSeated >= most:
                    return false;
                case SeatClaim.Admitted:
                    _admittedSeated++;
                    break;
                case SeatClaim.Stranger:
                    if (_strangersSeated + _admittedSeated >= most && (displaced = Displace(seat.Address)) is null)
                        return false;
                    Sit(seat);
                    break;
            }
            seat.Claim = claim;
        }
        displaced?.GiveUp();
        return true;
    }

    /// <summary>Gives a seat back; nothing happens when it is not taken.</summary>
    public void Release(Seat seat)
    {
        lock (_lock)
            Leave(seat);
    }

    /// <summary>Under the lock: the seat that a newcomer of an address gets in a full event; null when no other address has too many.</summary>
    private Seat? Displace(AddressBlock newcomer)
    {
        if (_strangers.TryGetValue(newcomer, out var own) && own.Count >= _share || _large.Count == 0)
            return null;
        var seat = _strangers[_large.MaxBy(address => _strangers[address].Count)][^1];
        Leave(seat);
        return seat;
    }

    private void Sit(Seat seat)
    {
        if (!_strangers.TryGetValue(seat.Address, out var seats))
            _strangers.Add(seat.Address, seats = []);
        seats.Add(seat);
        _strangersSeated++;
        Weigh(seat.Address, seats.Count);
    }

    private void Leave(Seat seat)
    {
        switch (seat.Claim)
        {
            case SeatClaim.Admitted:
                _admittedSeated--;
                break;
            case SeatClaim.Stranger:
                var seats = _strangers[seat.Address];
                seats.Remove(seat);
                _strangersSeated--;
                Weigh(seat.Address, seats.Count);
                if (seats.Count == 0)
                    _strangers.Remove(seat.Address);
                break;
        }
        seat.Claim = null;
    }

    private void Weigh(AddressBlock address, int seats)
    {
        if (seats > _share)
            _large.Add(address);
        else
            _large.Remove(address);
    }

    /// <summary>The share of an address changes with the number of seats, which administrators change.</summary>
    private void ShareOf(int? most)
    {
        var share = most is { } seats ? Math.Max(1, seats / 4) : int.MaxValue;
        if (share == _share)
            return;
        _share = share;
        foreach (var (address, taken) in _strangers)
            Weigh(address, taken.Count);
    }
}
