using System.Text;
using Confluent.Kafka;
using LiveComments.Ingest;
using LiveComments.Kafka.In;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Kafka;

/// <summary>Reading records, without a broker.</summary>
public sealed class InRecordTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData(",\"question\":null", false)]
    [InlineData(",\"question\":false", false)]
    [InlineData(",\"question\":true", true)]
    public void A_comment_is_a_question_where_the_record_says_so(string member, bool isQuestion)
    {
        var record = Read($$"""{"type":"comment","id":"k","subject":"ada","commentText":"Why?"{{member}}}""");
        Assert.Null(record.Refusal);
        using var services = new ServiceCollection().AddMetrics().AddSingleton(TimeProvider.System).AddSingleton<OutcomesOfEvents>().AddSingleton<IngestMetrics>().BuildServiceProvider();
        var offer = new Offer(record, services.GetRequiredService<IngestMetrics>(), TimeProvider.System, NullLogger.Instance);
        record.AddTo(offer, new Round(1));
        var request = Assert.Single(offer.Comments).Request;
        Assert.Equal(("Why?", "k", isQuestion), (request.Text, request.Key, request.IsQuestion));
    }

    [Theory]
    [InlineData("\"yes\"")]
    [InlineData("1")]
    [InlineData("[true]")]
    public void A_question_is_true_or_false(string value)
    {
        var record = Read($$"""{"type":"comment","subject":"ada","commentText":"Why?","question":{{value}}}""");
        Assert.Equal(("invalid-json", true, "At $.question, line 1."), (record.Refusal?.Code, record.IsDecided, record.Detail));
    }

    private static InRecord Read(string value)
    {
        var record = new InRecord(new ConsumeResult<byte[]?, byte[]?>
        {
            TopicPartitionOffset = new TopicPartitionOffset("in", 0, 0),
            Message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(Guid.NewGuid().ToString()), Value = Encoding.UTF8.GetBytes(value) },
        });
        record.Read(new InTopicOptions { Topic = "in", Issuer = "chat" }, TimeProvider.System);
        return record;
    }
}
