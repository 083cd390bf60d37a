using System.Net;

namespace LiveComments.Tests.EndToEnd;

public sealed class TestServerTests
{
    [Fact]
    public async Task A_server_starts_on_a_free_port_starts_again_on_its_data_and_leaves_nothing_behind()
    {
        string data;
        await using (var server = await TestServer.StartAsync())
        {
            data = server.Data;
            Assert.Equal(HttpStatusCode.NotFound, (await server.Anonymous.GetAsync("/nothing")).StatusCode);
            await server.RestartAsync();
            Assert.Equal(HttpStatusCode.NotFound, (await server.Anonymous.GetAsync("/nothing")).StatusCode);
        }
        Assert.False(Directory.Exists(data));
    }
}
