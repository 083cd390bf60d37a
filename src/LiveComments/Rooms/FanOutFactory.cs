using LiveComments.Feeds;

namespace LiveComments.Rooms;

/// <summary>Starts the node's feeds; the argument is called when one of their threads fails.</summary>
internal delegate FanOut FanOutFactory(Action<Exception> onFault);
