using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Kafka;

/// <summary>A broker that speaks TLS alone and asks for a password, reached by the settings that docs/kafka.md names.</summary>
[Collection(KafkaCollection.Name), RequiresKafka]
public sealed class KafkaSecurityTests : IAsyncLifetime
{
    private const string User = "livecomments", Password = "let-me-in";

    private readonly TemporaryFolder _folder = new();
    private readonly KafkaBroker _broker;

    public KafkaSecurityTests()
    {
        var own = Certificate("broker.pem");
        var jaas = $"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{User}\" password=\"{Password}\" user_{User}=\"{Password}\";";
        _broker = new KafkaBroker(port =>
        [
            $"listeners=SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{port + 1}", $"advertised.listeners=SASL_SSL://127.0.0.1:{port}",
            "listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT", "inter.broker.listener.name=SASL_SSL",
            "ssl.keystore.type=PEM", $"ssl.keystore.location={own}", "ssl.truststore.type=PEM", $"ssl.truststore.location={Public("broker.pem")}",
            "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN", $"listener.name.sasl_ssl.plain.sasl.jaas.config={jaas}",
        ],
        Settings(Password, Public("broker.pem")));
    }

    public Task InitializeAsync() => _broker.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Records_come_and_go_over_TLS_with_a_password()
    {
        var (topic, published) = (await _broker.CreateTopicAsync(), await _broker.CreateTopicAsync());
        await using var server = await StartAsync(Settings(Password, Public("broker.pem")), $"--LiveComments:Kafka:In:0:Topic={topic}", "--LiveComments:Kafka:In:0:Issuer=chat", $"--LiveComments:Kafka:Out={published}");
        var live = await server.GoLiveAsync();
        await _broker.ProduceAsync(topic, live, KafkaDoorTests.Comment("ada", "Hello", "k1"));
        await Http.EventuallyAsync(() => Task.FromResult(new PublishedLog(_broker.Read(published), live).Texts.SequenceEqual(["Hello"])), "it is published");
    }

    [Fact]
    public async Task A_wrong_password_or_a_broker_that_is_not_trusted_degrades_the_server_and_leaves_the_rest()
    {
        Certificate("stranger.pem");
        foreach (var client in new[] { Settings("a-guess", Public("broker.pem")), Settings(Password, Public("stranger.pem")) })
        {
            await using var server = await StartAsync(client, $"--LiveComments:Kafka:Out={_broker.NewName()}");
            await Http.EventuallyAsync(async () =>
            {
                using var ready = await server.Anonymous.GetAsync("/healthz/ready");
                Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
                return (await ready.Content.ReadAsStringAsync()).Contains("degraded: Kafka does not answer", StringComparison.Ordinal);
            }, "it says that Kafka does not answer");
            var live = await server.GoLiveAsync();
            using var ada = server.As(Role.Viewer);
            await ada.PrepareAsync("POST", $"/live/{live}/comments", """{"commentText":"Hello"}""", HttpStatusCode.Created);
        }
    }

    private Task<TestServer> StartAsync(IReadOnlyDictionary<string, string> client, params string[] settings) => TestServer.StartAsync(null,
    [
        $"--LiveComments:Kafka:Servers={_broker.Servers}", $"--LiveComments:Kafka:Group={_broker.NewName()}", $"--LiveComments:Kafka:DeadLetters={_broker.NewName()}",
        .. client.Select(setting => $"--LiveComments:Kafka:Client:{setting.Key}={setting.Value}"), .. settings,
    ]);

    private static Dictionary<string, string> Settings(string password, string authority) => new()
    {
        ["security.protocol"] = "SASL_SSL",
        ["sasl.mechanism"] = "PLAIN",
        ["sasl.username"] = User,
        ["sasl.password"] = password,
        ["ssl.ca.location"] = authority,
    };

    /// <summary>A key with its own certificate for 127.0.0.1, in one file; and the certificate in another.</summary>
    private string Certificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Public(name), certificate.ExportCertificatePem());
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        return path;
    }

    private string Public(string name) => Path.Combine(_folder.Path, $"public-{name}");
}
