using Akka.Actor;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Log;

namespace LiveComments.Tests.Engine;

/// <summary>The order in which an event's actor takes the requests of gates.</summary>
public sealed class AskOrderTests
{
    private readonly AskOrder<EntryDraft> _order = new();

    [Fact]
    public void A_request_waits_for_an_earlier_one_that_was_lost_until_that_is_asked_again()
    {
        Assert.Equal([1], Take(1, oldest: 1));
        Assert.Empty(Take(3, oldest: 1));
        Assert.Empty(Take(4, oldest: 1));
        Assert.Equal([2, 3, 4], Take(2, oldest: 2));
    }

    [Fact]
    public void What_nobody_waits_for_any_more_holds_nothing_up()
    {
        Assert.Equal([1], Take(1, oldest: 1));
        Assert.Empty(Take(3, oldest: 2));
        // The second was given up.
        Assert.Equal([3, 4], Take(4, oldest: 3));
    }

    [Fact]
    public void The_same_request_again_goes_on_at_once()
    {
        Assert.Equal([1], Take(1, oldest: 1));
        Assert.Equal([2], Take(2, oldest: 1));
        Assert.Equal([1], Take(1, oldest: 1));
        Assert.Equal([3], Take(3, oldest: 1));
    }

    [Fact]
    public void An_actor_that_is_new_waits_for_the_oldest_that_is_still_asked_for()
    {
        Assert.Empty(Take(8, oldest: 7));
        Assert.Equal([7, 8], Take(7, oldest: 7));
    }

    [Fact]
    public void Gates_do_not_wait_for_each_other()
    {
        Assert.Empty(Take(2, oldest: 1, gate: 1));
        Assert.Equal([1], Take(1, oldest: 1, gate: 2));
    }

    [Fact]
    public void A_request_that_waits_and_is_asked_again_is_taken_once()
    {
        Assert.Empty(Take(2, oldest: 1));
        Assert.Empty(Take(2, oldest: 1));
        Assert.Equal([1, 2], Take(1, oldest: 1));
    }

    /// <summary>Requests that arrive in any order, some lost and asked again, are taken in the order of their numbers.</summary>
    [Fact]
    public void In_whatever_order_requests_arrive_their_first_time_is_in_order()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var order = new AskOrder<EntryDraft>();
            var (taken, unanswered, next) = (new List<long>(), new SortedSet<long>(), 1L);
            while (taken.Distinct().Count() < 50)
            {
                if (unanswered.Count < 8 && next <= 50 && random.Next(2) == 0)
                    unanswered.Add(next++);
                if (unanswered.Count == 0 || random.Next(3) == 0)
                    continue;
                var number = unanswered.ElementAt(random.Next(unanswered.Count));
                foreach (var (request, _) in order.Take(Request(number, unanswered.Min, 1), ActorRefs.Nobody, TimeProvider.System, 0))
                {
                    taken.Add(request.At.Number);
                    if (random.Next(4) > 0)
                        unanswered.Remove(request.At.Number);
                }
            }
            Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), taken.Distinct());
        }
    }

    private long[] Take(long number, long oldest, long gate = 1) => [.. _order.Take(Request(number, oldest, gate), ActorRefs.Nobody, TimeProvider.System, 0).Select(one => one.Request.At.Number)];

    private static Place Request(long number, long oldest, long gate) => new(default, [], new AskNumber(gate, number, oldest), TimeSpan.Zero);
}
