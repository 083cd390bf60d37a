using System.Net;
using LiveComments.Cassandra;

namespace LiveComments.Tests.Cassandra;

public sealed class CassandraOptionsTests
{
    [Fact]
    public void Contact_points_are_names_or_addresses_with_or_without_a_port() =>
        Assert.Equal(
            [new DnsEndPoint("cassandra-1", 9042), new IPEndPoint(IPAddress.Loopback, 9_999), new IPEndPoint(IPAddress.IPv6Loopback, 9042), new IPEndPoint(IPAddress.IPv6Loopback, 7)],
            ContactPoints.Parse("cassandra-1, 127.0.0.1:9999,::1,[::1]:7")!);

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("host:port")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("a b")]
    [InlineData("host/path")]
    public void What_names_no_node_is_refused(string text) => Assert.Null(ContactPoints.Parse(text));
}
