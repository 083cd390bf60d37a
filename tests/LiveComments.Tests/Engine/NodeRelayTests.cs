using Akka.Actor;
using LiveComments.Akka;
using LiveComments.Akka.Messages;
using LiveComments.Feeds;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Engine;

/// <summary>What a node's relay does when messages of other nodes are lost.</summary>
public sealed class NodeRelayTests
{
    [Fact]
    public async Task A_feed_opens_although_the_first_answer_of_its_event_was_lost()
    {
        await using var server = await TestServer.StartAsync();
        var live = await server.GoLiveAsync();
        var (feeds, parts) = (server.Services.GetRequiredService<EventFeeds>(), server.Services.GetRequiredService<EngineParts>());
        using var system = ActorSystem.Create("relay");
        var events = system.ActorOf(Props.Create(() => new LocalEvents(parts)));
        var way = system.ActorOf(Props.Create(() => new LossyWay(events)));
        var relay = system.ActorOf(Props.Create(() => new NodeRelay(feeds, way, null, parts.Fault)));
        feeds.Watch = async (id, ct) =>
        {
            var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            relay.Tell(new OpenFeed(id, watching));
            await watching.Task.WaitAsync(ct);
        };
        await using var viewer = await StreamClient.WebSocketAsync(server, live);
        await viewer.NextAsync("hello");
        await system.Terminate();
    }

    /// <summary>The way to an event's actor and back, which loses the first answer.</summary>
    private sealed class LossyWay : ReceiveActor
    {
        public LossyWay(IActorRef events)
        {
            var (asker, hasLost) = ((IActorRef)ActorRefs.Nobody, false);
            Receive<Watch>(watch =>
            {
                asker = Sender;
                events.Tell(watch, Self);
            });
            Receive<Watching>(watching =>
            {
                if (hasLost)
                    asker.Tell(watching);
                hasLost = true;
            });
        }
    }
}
