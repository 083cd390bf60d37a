using System.Diagnostics.Metrics;
using System.Runtime.Serialization;
using Akka.Actor;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Akka.Serialization;
using LiveComments.Log;
using LiveComments.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Engine;

/// <summary>What nodes say to each other, as bytes.</summary>
public sealed class MessageTests : IDisposable
{
    /// <summary>What released versions wrote: a manifest and the bytes of each sample. A released line is never changed; a new form is added behind.</summary>
    private static readonly string Written = Path.Combine(Repository.Root, "tests/LiveComments.Tests/Engine/messages-1.txt");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<EngineMetrics>().BuildServiceProvider();
    private readonly ActorSystem _system = ActorSystem.Create("messages");
    private readonly EngineSerializer _serializer;

    public MessageTests() => _serializer = new EngineSerializer((ExtendedActorSystem)_system, _services.GetRequiredService<EngineMetrics>());

    public void Dispose()
    {
        _system.Terminate().Wait();
        _services.Dispose();
    }

    [Fact]
    public void Every_message_is_read_as_it_was_written()
    {
        foreach (var (message, same) in MessageSamples.All.Zip(MessageSamples.All))
            Assert.Equivalent(same, _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message)), strict: true);
    }

    [Fact]
    public void Every_message_to_an_event_and_every_format_has_a_sample()
    {
        var sent = typeof(IEventMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IEventMessage)) && !type.IsAbstract);
        Assert.Empty(sent.Except(MessageFormat.All.Select(format => format.Type)));
        Assert.Equal(MessageFormat.All.Select(format => format.Type).ToHashSet(), MessageSamples.All.Select(message => message.GetType()).ToHashSet());
    }

    [Fact]
    public void What_earlier_versions_wrote_is_read()
    {
        var lines = File.ReadAllLines(Written).Select(line => line.Split(' ')).ToList();
        Assert.Equal(MessageSamples.All.Count, lines.Count);
        foreach (var (line, message) in lines.Zip(MessageSamples.All))
            Assert.Equivalent(message, _serializer.FromBinary(Convert.FromHexString(line.ElementAtOrDefault(1) ?? ""), line[0]), strict: true);
    }

    [Fact]
    public void A_message_that_ends_early_is_refused_wherever_it_ends()
    {
        foreach (var message in MessageSamples.All.Where(message => message is not (AccountsChanged or RestrictionsChanged or TakesNoViewers)))
        {
            var bytes = _serializer.ToBinary(message);
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes[..length], _serializer.Manifest(message)));
        }
    }

    [Fact]
    public void Damaged_bytes_are_read_as_something_or_refused_and_nothing_else()
    {
        var random = new Random(1);
        foreach (var message in MessageSamples.All)
            for (var i = 0; i < 2_000; i++)
            {
                var bytes = _serializer.ToBinary(message).ToArray();
                if (bytes.Length == 0)
                    break;
                for (var n = random.Next(1, 4); n > 0; n--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    _serializer.FromBinary(bytes, _serializer.Manifest(message));
                }
                catch (Exception e) when (e is SerializationException or System.Text.Json.JsonException)
                {
                }
            }
    }

    [Fact]
    public void What_a_newer_node_adds_to_an_entry_or_a_message_is_passed_over()
    {
        var writer = new MessageWriter();
        writer.Id(Guid.Empty);
        writer.Block(0, static (to, _) =>
        {
            to.Position(new Position(9, 1));
            to.List([1, 2], static (to, seq) => to.Block(seq, static (to, seq) =>
            {
                to.Number(seq);
                to.Time(DateTimeOffset.UnixEpoch);
                to.Number(seq == 1 ? 4 : 99);
                to.Number(1);
                to.Text("new");
            }));
            to.List(Array.Empty<int>(), static (_, _) => { });
            to.Flag(false);
            to.List(Array.Empty<int>(), static (_, _) => { });
            to.List(Array.Empty<int>(), static (_, _) => { });
            to.Text("newer");
        });
        var announce = Assert.IsType<Announce>(_serializer.FromBinary(writer.ToArray(), "announce"));
        Assert.Equal([new StatusEntry(1, DateTimeOffset.UnixEpoch, LiveComments.Events.EventStatus.Live), new UnknownEntry(2, DateTimeOffset.UnixEpoch)], announce.News.Entries);
    }

    [Fact]
    public void A_kind_of_message_that_is_not_known_is_refused() => Assert.Throws<SerializationException>(() => _serializer.FromBinary([], "of-a-newer-node"));

    [Fact]
    public void An_announcement_is_encoded_once_for_all_nodes()
    {
        var announce = MessageSamples.All.OfType<Announce>().First();
        Assert.Same(_serializer.ToBinary(announce), _serializer.ToBinary(announce));
    }

    [Fact]
    public void What_is_sent_is_counted_by_kind_once_for_each_node()
    {
        var sent = new Dictionary<(string, object?), long>();
        var meters = _services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name.StartsWith("livecomments.nodes.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => sent[(instrument.Name, tags[0].Value)] = sent.GetValueOrDefault((instrument.Name, tags[0].Value)) + value);
        listener.Start();
        var announce = MessageSamples.All.OfType<Announce>().First();
        var length = _serializer.ToBinary(announce).Length;
        _serializer.ToBinary(announce);
        _serializer.ToBinary(AccountsChanged.Instance);
        Assert.Equal(
            new Dictionary<(string, object?), long>
            {
                [("livecomments.nodes.messages", "announce")] = 2,
                [("livecomments.nodes.sent", "announce")] = 2 * length,
                [("livecomments.nodes.messages", "accounts")] = 1,
                [("livecomments.nodes.sent", "accounts")] = 0,
            }, sent);
    }
}
