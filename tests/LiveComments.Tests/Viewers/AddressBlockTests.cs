using System.Net;
using LiveComments.Viewers;

namespace LiveComments.Tests.Viewers;

public sealed class AddressBlockTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7/32", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48")]
    [InlineData("::1", "::/64", "::/48")]
    public void An_address_and_its_network_are_what_one_person_and_one_site_have(string address, string own, string network)
    {
        var parsed = IPAddress.Parse(address);
        Assert.Equal(own, AddressBlock.Address(parsed).ToString());
        Assert.Equal(network, AddressBlock.Network(parsed).ToString());
        Assert.True(AddressBlock.Network(parsed).Contains(AddressBlock.Address(parsed)));
        Assert.False(AddressBlock.Address(parsed).Contains(AddressBlock.Network(parsed)));
        Assert.True(AddressBlock.Address(parsed).Contains(AddressBlock.Exact(parsed)));
    }

    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.0/24")]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData("::ffff:203.0.113.0/120", "203.0.113.0/24")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    public void A_network_is_read_and_printed(string text, string printed)
    {
        Assert.True(AddressBlock.TryParse(text, out var block));
        Assert.Equal(printed, block.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("203.0.113.0/33")]
    [InlineData("203.0.113.0/-1")]
    [InlineData("203.0.113.0/")]
    [InlineData("2001:db8::/129")]
    [InlineData("203.0.113.0/24, 198.51.100.0/24")]
    [InlineData("203.0.113.0/24; DROP TABLE network_blocks")]
    public void What_is_no_network_is_refused(string? text) => Assert.False(AddressBlock.TryParse(text, out _));

    [Fact]
    public void A_network_has_its_addresses_and_no_others()
    {
        Assert.True(AddressBlock.TryParse("203.0.113.0/24", out var block));
        Assert.True(block.Contains(AddressBlock.Exact(IPAddress.Parse("::ffff:203.0.113.255"))));
        Assert.False(block.Contains(AddressBlock.Exact(IPAddress.Parse("203.0.114.0"))));
        Assert.False(block.Contains(AddressBlock.Exact(IPAddress.Parse("2001:db8::1"))));
    }
}
