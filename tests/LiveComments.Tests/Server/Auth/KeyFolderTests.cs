using LiveComments.Server.Files;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Server.Auth;

public class KeyFolderTests : KeyStoreSpec
{
    private readonly TemporaryFolder _folder = new();

    public override Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    protected override Task<IKeyStore> OpenAsync() => Task.FromResult<IKeyStore>(new KeyFolder(_folder.At("keys")));
}
