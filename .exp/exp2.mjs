const { createHardhatRuntimeEnvironment } = await import('hardhat/hre');
const { Wallet, Transaction, HDNodeWallet, encodeRlp, keccak256, SigningKey,toBeHex } = await import('ethers');
const mnemonic = 'test test test test test test test test test test test junk';
const w = HDNodeWallet.fromPhrase(mnemonic);
const hre = await createHardhatRuntimeEnvironment({ networks: { chain: { type: 'edr-simulated', chainType: 'l1', chainId:31337, hardfork:'osaka', initialDate:'2026-01-01T00:00:00Z', mining:{auto:false}, throwOnTransactionFailures:false, accounts: [{privateKey:w.privateKey,balance:10n**22n}] } } }, {}, process.argv[2]);
console.log(hre.config.paths);
const c = await hre.network.create('chain'); const r=(m,...p)=>c.provider.request({method:m,params:p});
const sign=(o)=>w.signTransaction({type:2,chainId:31337,gasLimit:100000,maxFeePerGas:2000000000n,maxPriorityFeePerGas:1n,to:w.address,value:1,nonce:0,...o});
// deploy reverting contract: runtime 60206000fd -> PUSH1 20 PUSH1 0 REVERT ; init code: push5 runtime ...
const deploy = '0x6460206000fd6000526005601bf3';
let raw=await sign({to:null,data:deploy,value:0}); await r('eth_sendRawTransaction',raw); await r('evm_mine');
const rec=await r('eth_getTransactionReceipt',Transaction.from(raw).hash); console.log(rec.status, rec.contractAddress, await r('eth_getCode',rec.contractAddress,'latest'));
for (const [m,...p] of [['eth_call',{to:rec.contractAddress},'latest'],['eth_estimateGas',{to:rec.contractAddress}],['eth_call',{to:'zz'},'latest'],['eth_nope'],['eth_getBlockByNumber','0xffff',false],['eth_getBalance'],['eth_call',{to:rec.contractAddress},'0xfffff']]) try { console.log(m, await r(m,...p)); } catch(e) { console.log(m,e.constructor.name,'name',e.name,'code',e.code,'|',e.message.slice(0,150),'| data',JSON.stringify(e.data)); }
// reverted tx
raw=await sign({nonce:1,to:rec.contractAddress,value:0}); console.log(await r('eth_sendRawTransaction',raw)); console.log('mine',await r('evm_mine')); console.log((await r('eth_getTransactionReceipt',Transaction.from(raw).hash)).status);
// priority > max
const b=n=>{ if(n===0n||n===0) return '0x'; return toBeHex(n)};
const fields=[b(31337),b(2),b(5000n*10n**6n),b(2n*10n**9n),b(21000),w.address,b(1),'0x',[]];
const sk=new SigningKey(w.privateKey); const h=keccak256('0x02'+encodeRlp(fields).slice(2)); const s=sk.sign(h);
const strip=x=>'0x'+x.slice(2).replace(/^(00)+/,'');
raw='0x02'+encodeRlp([...fields,b(s.yParity),strip(s.r),strip(s.s)]).slice(2);
try { console.log('prio>max', await r('eth_sendRawTransaction',raw), await r('evm_mine'), (await r('eth_getBlockByNumber','latest',false)).transactions); } catch(e){ console.log('prio>max refused',e.code,e.message) }
try { Transaction.from(raw); console.log('ethers accepts') } catch(e){ console.log('ethers refuses', e.message.slice(0,100)) }
// coinbase time backwards
try { await r('evm_setNextBlockTimestamp','0x1'); } catch(e){ console.log('time',e.message)}
const pend=await sign({nonce:2}); await r('eth_sendRawTransaction',pend); console.log('pending receipt', await r('eth_getTransactionReceipt',Transaction.from(pend).hash), (await r('eth_getTransactionByHash',Transaction.from(pend).hash)).blockNumber);
console.log(await r('eth_getTransactionCount',w.address,'latest'), await r('eth_getTransactionCount',w.address,'pending'));
process.exit()
