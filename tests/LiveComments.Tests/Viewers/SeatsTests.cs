using System.Net;
using LiveComments.Viewers;

namespace LiveComments.Tests.Viewers;

public sealed class SeatsTests
{
    private readonly Seats _seats = new();

    [Fact]
    public void An_event_takes_as_many_strangers_as_it_has_seats_and_the_next_when_one_leaves()
    {
        var first = Stranger("192.0.2.1");
        Assert.True(_seats.TryTake(first, SeatClaim.Stranger, 2));
        Assert.True(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 2));
        Assert.False(_seats.TryTake(Stranger("192.0.2.3"), SeatClaim.Stranger, 2));
        _seats.Release(first);
        _seats.Release(first);
        Assert.True(_seats.TryTake(Stranger("192.0.2.3"), SeatClaim.Stranger, 2));
        Assert.False(_seats.TryTake(first, SeatClaim.Stranger, 2));
    }

    [Fact]
    public void Strangers_keep_out_nobody_who_is_expected()
    {
        for (var i = 0; i < 3; i++)
            Assert.True(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Stranger, 3));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Admitted, 3));
            Assert.True(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Staff, 3));
        }
        // But who was admitted has a limit too: there are as many seats as the event says.
        Assert.False(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Admitted, 3));
    }

    [Fact]
    public void Who_was_admitted_takes_the_seats_of_strangers_first()
    {
        var admitted = Stranger("192.0.2.1");
        Assert.True(_seats.TryTake(admitted, SeatClaim.Admitted, 1));
        Assert.False(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 1));
        _seats.Release(admitted);
        Assert.True(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 1));
    }

    [Fact]
    public void Who_turns_out_to_be_staff_leaves_the_seat_of_a_stranger_free()
    {
        var moderator = Stranger("192.0.2.1");
        Assert.True(_seats.TryTake(moderator, SeatClaim.Stranger, 1));
        Assert.True(_seats.TryTake(moderator, SeatClaim.Staff, 1));
        Assert.True(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Stranger, 1));
        // And who is one no more has no seat in an event that is full.
        Assert.False(_seats.TryTake(moderator, SeatClaim.Stranger, 1));
    }

    [Fact]
    public void In_a_full_event_an_address_yields_what_it_has_beyond_a_quarter_to_others_its_latest_first()
    {
        var left = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            var number = i;
            var seat = Stranger("192.0.2.1");
            Assert.True(_seats.TryTake(seat, SeatClaim.Stranger, 8));
            seat.OnGivenUp(() => left.Add(number));
        }
        Assert.False(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Stranger, 8));
        Assert.Empty(left);
        for (var i = 0; i < 6; i++)
            Assert.True(_seats.TryTake(Stranger($"198.51.100.{i}"), SeatClaim.Stranger, 8));
        Assert.Equal([7, 6, 5, 4, 3, 2], left);
        Assert.False(_seats.TryTake(Stranger("198.51.100.9"), SeatClaim.Stranger, 8));
        // What was lost is not got back either: nobody has too many now.
        Assert.False(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Stranger, 8));
    }

    [Fact]
    public void Of_two_addresses_with_many_seats_the_larger_yields_and_neither_gets_more_than_its_quarter_that_way()
    {
        var (large, small) = (0, 0);
        for (var i = 0; i < 8; i++)
        {
            var isLarge = i < 5;
            var seat = Stranger(isLarge ? "192.0.2.1" : "192.0.2.2");
            Assert.True(_seats.TryTake(seat, SeatClaim.Stranger, 8));
            seat.OnGivenUp(() => { if (isLarge) large++; else small++; });
        }
        Assert.False(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 8));
        for (var i = 0; i < 2; i++)
            Assert.True(_seats.TryTake(Stranger("198.51.100.1"), SeatClaim.Stranger, 8));
        Assert.False(_seats.TryTake(Stranger("198.51.100.1"), SeatClaim.Stranger, 8));
        Assert.Equal(2, large + small);
        Assert.Equal(2, large);
    }

    [Fact]
    public void The_addresses_of_one_IPv6_site_are_one()
    {
        for (var i = 0; i < 4; i++)
            Assert.True(_seats.TryTake(Stranger($"2001:db8:1:{i}::1"), SeatClaim.Stranger, 4));
        Assert.False(_seats.TryTake(Stranger("2001:db8:1:99::1"), SeatClaim.Stranger, 4));
        Assert.True(_seats.TryTake(Stranger("2001:db8:2::1"), SeatClaim.Stranger, 4));
    }

    [Fact]
    public void A_limit_that_is_set_later_holds_for_those_who_came_before()
    {
        var left = 0;
        for (var i = 0; i < 10; i++)
        {
            var seat = Stranger("192.0.2.1");
            Assert.True(_seats.TryTake(seat, SeatClaim.Stranger, null));
            seat.OnGivenUp(() => left++);
        }
        Assert.False(_seats.TryTake(Stranger("192.0.2.1"), SeatClaim.Stranger, 8));
        Assert.True(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 8));
        Assert.Equal(1, left);
    }

    [Fact]
    public void Who_lost_the_seat_on_the_way_in_is_told_on_arrival()
    {
        var unlucky = Stranger("192.0.2.1");
        foreach (var seat in new[] { Stranger("192.0.2.1"), unlucky })
            Assert.True(_seats.TryTake(seat, SeatClaim.Stranger, 2));
        Assert.True(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 2));
        var told = false;
        unlucky.OnGivenUp(() => told = true);
        Assert.True(told);
        _seats.Release(unlucky);
        Assert.False(_seats.TryTake(Stranger("192.0.2.2"), SeatClaim.Stranger, 2));
    }

    private static Seat Stranger(string address) => new(AddressBlock.Subscriber(IPAddress.Parse(address)));
}
