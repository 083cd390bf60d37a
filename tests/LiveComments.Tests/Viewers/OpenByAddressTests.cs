using System.Net;
using LiveComments.Viewers;

namespace LiveComments.Tests.Viewers;

public sealed class OpenByAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true, true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true, true)]
    [InlineData("192.0.2.1", "192.0.2.2", false, true)]
    [InlineData("192.0.2.1", "192.0.3.1", false, false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", true, true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false, true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:2:2::1", false, false)]
    [InlineData("::1", "0.0.0.1", false, false)]
    public void Addresses_that_one_may_have_are_counted_as_one(string one, string other, bool sameAddress, bool sameNetwork)
    {
        var (first, second) = (IPAddress.Parse(one), IPAddress.Parse(other));
        Assert.Equal(sameAddress, AddressBlock.Address(first) == AddressBlock.Address(second));
        Assert.Equal(sameNetwork, AddressBlock.Network(first) == AddressBlock.Network(second));
    }

    [Fact]
    public void An_address_has_a_limit_and_its_network_another_and_closing_gives_back_once()
    {
        var open = new OpenByAddress(2, 3);
        var first = open.TryOpen(IPAddress.Parse("192.0.2.1"));
        Assert.NotNull(first);
        Assert.NotNull(open.TryOpen(IPAddress.Parse("192.0.2.1")));
        Assert.Null(open.TryOpen(IPAddress.Parse("192.0.2.1")));
        Assert.NotNull(open.TryOpen(IPAddress.Parse("192.0.2.2")));
        Assert.Null(open.TryOpen(IPAddress.Parse("192.0.2.3")));
        Assert.NotNull(open.TryOpen(IPAddress.Parse("192.0.3.1")));
        first.Dispose();
        first.Dispose();
        Assert.NotNull(open.TryOpen(IPAddress.Parse("192.0.2.3")));
        Assert.Null(open.TryOpen(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void Nothing_is_kept_of_addresses_that_have_nothing_open()
    {
        var open = new OpenByAddress(2, 1_000_000);
        for (var i = 0; i < 10_000; i++)
            open.TryOpen(new IPAddress(i * 7919L))!.Dispose();
        Assert.Equal(0, open.Blocks);
    }

    [Fact]
    public async Task Many_at_once_never_get_more_than_the_limit_and_leave_nothing_behind()
    {
        var open = new OpenByAddress(5, 1_000);
        var (now, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                using (var place = open.TryOpen(IPAddress.Loopback))
                    if (place is not null)
                    {
                        var seen = Interlocked.Increment(ref now);
                        for (var before = most; seen > before && Interlocked.CompareExchange(ref most, seen, before) != before; before = most)
                        {
                        }
                        Interlocked.Decrement(ref now);
                    }
        })));
        Assert.InRange(most, 1, 5);
        Assert.Equal(0, open.Blocks);
    }
}
