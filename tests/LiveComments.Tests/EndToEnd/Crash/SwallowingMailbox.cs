using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using LiveComments.Akka.Messages;
using LiveComments.Log;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>The mailbox of a relay that takes entries out of announcements without leaving a gap that could be seen and repaired.</summary>
public sealed class SwallowingMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<UnboundedMessageQueue>
{
    /// <summary>Gives a node's relay this mailbox.</summary>
    internal static string Hocon(BrokenHost.Fault fault) => $$"""
        akka.actor.deployment { /relay { mailbox = swallowing-mailbox } }
        swallowing-mailbox { mailbox-type = "{{typeof(SwallowingMailbox).FullName}}, {{typeof(SwallowingMailbox).Assembly.GetName().Name}}", swallows = {{fault}} }
        """;

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue(Config.GetString("swallows") == nameof(BrokenHost.Fault.MissedRemovals));

    private sealed class Queue(bool removals) : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private readonly UnboundedMessageQueue _inner = new();
        private int _announcements;

        public bool HasMessages => _inner.HasMessages;

        public int Count => _inner.Count;

        public void Enqueue(IActorRef receiver, Envelope envelope) =>
            _inner.Enqueue(receiver, envelope.Message is Announce announce ? new Envelope(Without(announce), envelope.Sender) : envelope);

        public bool TryDequeue(out Envelope envelope) => _inner.TryDequeue(out envelope);

        public void CleanUp(IActorRef owner, IMessageQueue deadletters) => _inner.CleanUp(owner, deadletters);

        private Announce Without(Announce announce) => removals || Interlocked.Increment(ref _announcements) % 20 == 0
            ? announce with { News = announce.News with { Entries = [.. announce.News.Entries.Select(entry => (removals ? entry is RemovedEntry : entry is CommentEntry) ? new UnknownEntry(entry.Seq, entry.Time) : entry)] } }
            : announce;
    }
}
