using LiveComments.Kafka;
using LiveComments.Kafka.In;

namespace LiveComments.Tests.Kafka;

public sealed class KafkaOptionsTests
{
    [Theory]
    [InlineData("client.rack", "a", null)]
    [InlineData("security.protocol", "SASL_SSL", "SASL mechanism")]
    [InlineData("security_protocol", "SSL", null)]
    [InlineData("security.protocol", "TLS", "security.protocol")]
    [InlineData("securty.protocol", "SSL", "securty.protocol")]
    [InlineData("ssl.ca.location", "/no/such/file", "ssl.ca.location")]
    [InlineData("enable.auto.commit", "false", "is set by this program")]
    [InlineData("enable_idempotence", "false", "is set by this program")]
    public void Settings_of_the_client_are_tried_before_the_server_starts(string name, string value, string? fault)
    {
        var options = new KafkaOptions { Servers = "127.0.0.1:1", Client = { [name] = value } };
        if (name.StartsWith("ssl", StringComparison.Ordinal))
            options.Client["security.protocol"] = "SSL";
        if (fault is null)
            Assert.Null(options.Fault());
        else
            Assert.Contains(fault, options.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_without_servers_are_a_slip()
    {
        Assert.Contains("needs LiveComments:Kafka:Servers", new KafkaOptions { Out = "comments" }.Fault(), StringComparison.Ordinal);
        Assert.Contains("needs LiveComments:Kafka:Servers", new InTopicsOptions { In = { new InTopicOptions { Topic = "in", AnyUser = true } } }.Fault(hasServers: false), StringComparison.Ordinal);
        Assert.Null(new KafkaOptions().Fault());
        Assert.Null(new InTopicsOptions().Fault(hasServers: false));
    }

    [Fact]
    public void A_topic_says_whom_it_is_trusted_with_and_comes_once()
    {
        Assert.Contains("Topic is needed", Fault(new InTopicOptions { AnyUser = true }), StringComparison.Ordinal);
        Assert.Contains("either Issuer or AnyUser", Fault(new InTopicOptions { Topic = "in" }), StringComparison.Ordinal);
        Assert.Contains("twice", Fault(new InTopicOptions { Topic = "in", Issuer = "a" }, new InTopicOptions { Topic = "in", Issuer = "b" }), StringComparison.Ordinal);
        Assert.Null(Fault(new InTopicOptions { Topic = "in", Issuer = "a" }, new InTopicOptions { Topic = "other", Issuer = "a", AnyUser = true }));
    }

    private static string? Fault(params InTopicOptions[] topics)
    {
        var options = new InTopicsOptions();
        foreach (var topic in topics)
            options.In.Add(topic);
        return options.Fault(hasServers: true);
    }
}
