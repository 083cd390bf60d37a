using LiveComments.Server.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace LiveComments.Tests.Server;

public sealed class GatedTransportTests
{
    [Fact]
    public void Connections_are_set_up_alike_whether_or_not_the_framework_lets_us_use_its_own_way()
    {
        var sockets = new SocketTransportOptions { IOQueueCount = 3, WaitForDataBeforeAllocatingBuffer = false, MaxReadBufferSize = 4_096, MaxWriteBufferSize = 8_192, UnsafePreferInlineScheduling = true };
        var (own, ours) = (GatedTransport.LikeKestrel(sockets), GatedTransport.Public(sockets));
        Assert.All(typeof(SocketConnectionFactoryOptions).GetProperties(), property => Assert.Equal(property.GetValue(own), property.GetValue(ours)));
    }
}
