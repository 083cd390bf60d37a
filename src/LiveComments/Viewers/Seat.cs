namespace LiveComments.Viewers;

/// <summary>One viewer's seat in an event.</summary>
/// <param name="address">Whose it is as long as nobody knows more of the viewer.</param>
public sealed class Seat(AddressBlock address)
{
    private readonly Lock _lock = new();
    private Action? _leave;
    private bool _givenUp;

    public AddressBlock Address => address;

    /// <summary>As what it is taken; null while it is not.</summary>
    internal SeatClaim? Claim { get; set; }

    /// <summary>What the viewer does when somebody else gets the seat; at once when that has happened already.</summary>
    public void OnGivenUp(Action leave)
    {
        lock (_lock)
        {
            _leave = leave;
            if (!_givenUp)
                return;
        }
        leave();
    }

    internal void GiveUp()
    {
        Action? leave;
        lock (_lock)
            (_givenUp, leave) = (true, _leave);
        leave?.Invoke();
    }
}
